//! Makes a script out of a seed. Each seed turns a random half of the faults
//! off (swarm testing), so that one fault does not always hide another.

use super::disk::Cut;
use super::kinds::{self, Asks};
use super::random::Random;
use super::script::{
    Act, Broken, Damage, Entry, Fault, Lie, Order, Pin, Script, Shop, Shown, Slip, Step,
    Tombstones, Twist,
};
use annul::transaction::Kind;

/// Longer than a request lives in the network here; the guard time is 120 s.
const LONGEST_LIFE: u32 = 110_000;

/// Which groups of faults a seed has.
struct Swarm(u64);

/// The groups, by their bit.
#[derive(Clone, Copy)]
enum Group {
    Connecting,
    Sending,
    Losing,
    Delaying,
    Doubling,
    Corrupting,
    Macs,
    Declines,
    Doubts,
    SlowHost,
    Pieces,
    Strangers,
    Resets,
    Kills,
    Cancels,
    Taps,
    Disk,
    Module,
    HostRestarts,
    Clock,
    Keys,
    Stories,
    Away,
    Damage,
    Days,
    Updates,
}

/// Every group that strikes single exchanges.
const OF_LINKS: [Group; 15] = [
    Group::Connecting,
    Group::Sending,
    Group::Losing,
    Group::Losing,
    Group::Delaying,
    Group::Doubling,
    Group::Corrupting,
    Group::Macs,
    Group::Declines,
    Group::Doubts,
    Group::SlowHost,
    Group::Pieces,
    Group::Strangers,
    Group::Resets,
    Group::Away,
];

const DECLINES: [[u8; 2]; 10] = [
    *b"51", *b"05", *b"61", *b"91", *b"96", *b"54", *b"03", *b"58", *b"25", *b"12",
];
const DOUBTS: [[u8; 2]; 9] = [
    *b"10", *b"68", *b"98", *b"09", *b"94", *b"ZZ", *b"A2", *b"77", *b"99",
];
/// What a host says to a reversal that it will not do.
const REFUSALS: [[u8; 2]; 4] = [*b"05", *b"58", *b"03", *b"96"];

impl Swarm {
    fn has(&self, group: Group) -> bool {
        self.0 >> (group as u32) & 1 == 1
    }
}

/// The script of a seed.
pub(crate) fn script(seed: u64) -> Script {
    let random = &mut Random::new(seed);
    let swarm = Swarm(random.between(0, u64::MAX));
    let shop = shop(random);
    let count = random.between(20, 64);
    let mut steps = Vec::new();
    for _ in 0..count {
        let step = step(random, &swarm, &shop);
        let twin = duel(random, &shop, &step);
        steps.push(step);
        steps.extend(twin);
    }
    Script { seed, shop, steps }
}

fn shop(random: &mut Random) -> Shop {
    let wraps = random.percent(30);
    Shop {
        tills: if random.percent(40) { 2 } else { 1 },
        table: if random.percent(12) {
            random.between(3, 8) as usize
        } else {
            random.between(24, 64) as usize
        },
        journal: if random.percent(12) {
            random.between(20, 80) as usize
        } else {
            4096
        },
        last_trace: if wraps {
            random.small(999_985, 1_000_000)
        } else {
            random.small(1, 500)
        },
        parked_limit: random.small(1, 4) as u8,
        latency: random.between(20, 400),
        writing: match random.between(0, 10) {
            0 => random.between(100, 1_500),
            other => other % 4 * 5,
        },
        doze: match random.between(0, 8) {
            0 => random.between(1_000, 40_000),
            1 | 2 => random.between(1, 1_000),
            _ => 0,
        },
    }
}

fn step(random: &mut Random, swarm: &Swarm, shop: &Shop) -> Step {
    let act = act(random, swarm);
    let mut twists = Vec::new();
    let mut wait = wait(random);
    if swarm.has(Group::Stories) && random.percent(35) {
        wait = wait.max(random.between(200_000, 420_000));
        wait = wait.max(story(random, swarm, &mut twists));
        // The next command comes when the guard time is over and the app,
        // late to wake, has not said so yet.
        if shop.doze > 1_000 && random.percent(50) {
            wait = 181_000 + shop.doze * 3 / 2;
        }
    } else {
        for _ in 0..random.one(&[0, 0, 1, 1, 2, 3]) {
            let nth = random.one(&[0, 0, 0, 1, 1, 2, 3]);
            let group = random.one(&OF_LINKS);
            if swarm.has(group) {
                twists.push(Twist::Link(nth, fault(random, group)));
            }
        }
    }
    around(random, swarm, &mut twists);
    let till = random.small(0, shop.tills.into()) as u8;
    Step {
        till,
        act,
        twists,
        wait,
    }
}

/// Scenario 43: the other till wants the same hold, at the same time or after.
fn duel(random: &mut Random, shop: &Shop, step: &Step) -> Option<Step> {
    let Act::Order(order) = step.act else {
        return None;
    };
    let claims = matches!(kinds::of(order.kind).asks, Asks::Slip(_));
    (claims && shop.tills > 1 && random.percent(50)).then(|| Step {
        till: 1 - step.till,
        act: Act::Order(Order {
            kind: random.one(&[Kind::Completion, Kind::PreAuthorizationVoid, order.kind]),
            amount: 100,
            ..order
        }),
        twists: Vec::new(),
        wait: wait(random),
    })
}

fn act(random: &mut Random, swarm: &Swarm) -> Act {
    let pick = random.small(0, 256) as u8;
    match random.between(0, 100) {
        0..64 => Act::Order(order(random, pick)),
        64..72 => Act::Again { pick },
        72..75 => Act::Reuse { pick },
        75..79 => Act::SignIn,
        79..80 => Act::Echo,
        80..84 => Act::Recover,
        84..88 => Act::Resolve { pick },
        88..90 => Act::Restart,
        90..91 if swarm.has(Group::Updates) => Act::Upgrade,
        91..94 if swarm.has(Group::Damage) => Act::Damage(random.one(&[
            Damage::Rot {
                pick,
                bits: pick | 1,
            },
            Damage::Gap { pick },
            Damage::Newer,
            Damage::Foreign,
        ])),
        94..97 if swarm.has(Group::Clock) => {
            Act::Clock(random.small(0, 80_000_000).cast_signed() - 40_000_000)
        }
        97..100 if swarm.has(Group::HostRestarts) => {
            Act::HostRestart(random.one(&[Tombstones::Kept, Tombstones::Lost]))
        }
        _ => Act::Wait,
    }
}

/// What an operator wants: a kind by its share, and a fitting slip mostly.
fn order(random: &mut Random, pick: u8) -> Order {
    let mut share = random.between(0, kinds::ROWS.iter().map(|row| row.share).sum());
    let row = kinds::ROWS.iter().find(|row| {
        let found = share < row.share;
        share = share.saturating_sub(row.share);
        found
    });
    let row = row.expect("shares that are whole");
    let percent = |low: u64, high: u64| {
        let (low, high) = (low as u32, high as u32);
        [low, high, 100.min(high), high + 1, high / 2 + 1]
    };
    Order {
        kind: row.kind,
        pick,
        of: random.one(&[Slip::Standing, Slip::Standing, Slip::Any]),
        amount: match row.asks {
            Asks::Slip(claim) if claim.percent.0 == claim.percent.1 => {
                random.one(&[100, 100, 100, 99])
            }
            Asks::Slip(claim) => random.one(&percent(claim.percent.0, claim.percent.1)),
            Asks::Payment(_) | Asks::Trace => random.small(1, 500_000),
        },
        card: random.small(0, 2) as u8,
        shown: random.one(&[Shown::No, Shown::No, Shown::Same, Shown::Same, Shown::Other]),
        entry: random.one(&[Entry::Swiped, Entry::Swiped, Entry::Keyed]),
        pin: if random.percent(15) {
            random.one(&[Pin::Right, Pin::Right, Pin::Wrong, Pin::Cancelled])
        } else {
            Pin::None
        },
    }
}

fn wait(random: &mut Random) -> u64 {
    match random.between(0, 100) {
        0..45 => random.between(190_000, 420_000),
        45..60 => random.between(58_000, 130_000),
        60..70 => random.between(3_000, 58_000),
        70..97 => random.between(0, 3_000),
        _ => random.between(3_600_000, 4_000_000),
    }
}

fn host(code: [u8; 2]) -> Fault {
    Fault::Host(Lie::Decline(code))
}

fn fault(random: &mut Random, group: Group) -> Fault {
    let place = random.small(0, 400) as u16;
    let bits = random.small(1, 256) as u8;
    match group {
        Group::Connecting => {
            let all = [
                Fault::Refused,
                Fault::ConnectDies,
                Fault::ConnectSlow(random.small(1_000, 59_000)),
                Fault::ConnectSlow(random.small(60_000, 200_000)),
            ];
            random.one(&all)
        }
        Group::Sending => random.one(&[Fault::SendFails, Fault::SendDoubtful]),
        Group::Delaying => Fault::DelayRequest(random.small(500, LONGEST_LIFE)),
        Group::Doubling => Fault::DoubleRequest(random.small(0, LONGEST_LIFE)),
        Group::Corrupting => random.one(&[
            Fault::CorruptRequest(place, bits),
            Fault::CorruptAnswer(place, bits),
        ]),
        Group::Macs => Fault::Host(random.one(&[
            Lie::WrongMac,
            Lie::NoMac,
            Lie::WrongAmount,
            Lie::WrongTrace,
            Lie::ChangeKeys,
        ])),
        Group::Declines => host(random.one(&DECLINES)),
        Group::Doubts => host(random.one(&DOUBTS)),
        Group::SlowHost => Fault::DelayAnswer(random.small(1_000, 150_000)),
        Group::Pieces => {
            let all = [
                Fault::DoubleAnswer(random.small(0, 70_000)),
                Fault::DoubleAnswer(random.small(0, 300)),
                Fault::JoinAnswer,
                Fault::SplitAnswer(random.small(2, 30) as u8),
                Fault::CutAnswer(place),
            ];
            random.one(&all)
        }
        Group::Strangers => {
            random.one(&[Fault::OtherTerminal, Fault::OnNextLink, Fault::OldAnswer])
        }
        Group::Resets => Fault::Reset(random.small(0, 5_000)),
        Group::Away => Fault::Away(random.small(100, 200_000)),
        _ => {
            let half_open = Fault::HalfOpen(random.small(1_000, 900_000));
            let lost = Fault::LoseAnswer;
            random.one(&[Fault::LoseRequest, lost, lost, half_open])
        }
    }
}

/// Faults that only together lead to a rare path, and how long that takes.
fn story(random: &mut Random, swarm: &Swarm, twists: &mut Vec<Twist>) -> u64 {
    // Scenario 53: the host closes the day before the reversal comes.
    if swarm.has(Group::Days) && random.percent(30) {
        twists.push(Twist::CutOver(random.small(500, 61_000)));
    }
    let mut all = |faults: &[(u8, Fault)]| {
        twists.extend(faults.iter().map(|(nth, fault)| Twist::Link(*nth, *fault)));
    };
    let refusal = host(random.one(&REFUSALS));
    match random.between(0, 10) {
        // Scenario 14: no line for a day.
        0 if random.percent(15) => {
            let outage = random.small(87_000_000, 95_000_000);
            all(&[(0, Fault::LoseAnswer), (1, Fault::Away(outage))]);
            return u64::from(outage) + 4_000_000;
        }
        // B.6: the reversal overtakes its request, and the host forgets it.
        0 | 1 => all(&[
            (0, Fault::DelayRequest(random.small(62_000, LONGEST_LIFE))),
            (1, Fault::Host(Lie::Forget)),
        ]),
        2 => all(&[
            (0, Fault::Reset(random.small(0, 3_000))),
            (0, Fault::DelayRequest(random.small(8_000, LONGEST_LIFE))),
            (1, Fault::Host(Lie::Forget)),
        ]),
        // Scenario 12: refused until it is parked.
        3 | 4 => all(&[
            (0, Fault::LoseAnswer),
            (1, refusal),
            (2, refusal),
            (3, refusal),
        ]),
        // Scenario 13: the key changed under a reversal.
        5 => all(&[(0, Fault::LoseAnswer), (1, Fault::Host(Lie::ChangeKeys))]),
        6 => all(&[
            (0, Fault::LoseAnswer),
            (1, Fault::Host(Lie::ChangeKeys)),
            (2, Fault::LoseAnswer),
            (4, Fault::LoseAnswer),
        ]),
        // Scenario 18.
        9 => all(&[(0, host(*b"25"))]),
        // Scenario 11, by a host that says so of what it has.
        7 => all(&[
            (0, Fault::LoseAnswer),
            (
                1,
                random.one(&[host(*b"12"), Fault::Host(Lie::Decline(*b"25"))]),
            ),
        ]),
        _ => all(&[
            (0, Fault::LoseAnswer),
            (1, Fault::Host(random.one(&[Lie::WrongMac, Lie::NoMac]))),
            (2, Fault::LoseAnswer),
        ]),
    }
    0
}

/// What goes wrong around the till.
fn around(random: &mut Random, swarm: &Swarm, twists: &mut Vec<Twist>) {
    if swarm.has(Group::Kills) && random.percent(25) {
        let torn = random.small(0, 300) as u16;
        twists.push(Twist::Kill {
            action: random.small(1, 24) as u16,
            cut: random.one(&[Cut::Lost, Cut::Kept, Cut::Kept, Cut::Torn(torn)]),
            off: random.small(100, 30_000),
        });
    }
    if swarm.has(Group::Cancels) && random.percent(15) {
        let all = [0, 5, random.small(0, 2_000), random.small(0, 70_000)];
        let after = random.one(&all);
        twists.push(Twist::Cancel(after));
    }
    if swarm.has(Group::Taps) && random.percent(15) {
        let after = random.small(0, 65_000);
        let twist = random.one(&[Twist::TapAgain(after), Twist::OtherSale(after)]);
        twists.push(twist);
    }
    if swarm.has(Group::Disk) && random.percent(12) {
        let nth = random.small(0, 4) as u8;
        let all = [
            Twist::Refuse(nth),
            Twist::RefuseButKeep(nth),
            Twist::SlowDisk(random.small(100, 5_000)),
            Twist::Unreadable,
        ];
        twists.push(random.one(&all));
    }
    if swarm.has(Group::Module) && random.percent(12) {
        let how = random.one(&[Broken::Silent, Broken::NoKeys, Broken::Seal]);
        twists.push(Twist::Module(random.small(0, 8) as u8, how));
    }
    if swarm.has(Group::Days) && random.percent(6) {
        twists.push(Twist::CutOver(random.small(0, 70_000)));
    }
    if swarm.has(Group::Keys) && random.percent(8) {
        twists.push(Twist::Link(0, Fault::Host(Lie::ChangeKeys)));
    }
}
