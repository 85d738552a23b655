//! The scenes, as a table.

use annul::text::Bilingual;

/// One step of the story.
pub(super) struct Scene {
    pub(super) title: Bilingual,
    pub(super) tale: Bilingual,
    /// What goes wrong at the host or on the line.
    pub(super) fault: Option<&'static str>,
    /// The till's command.
    pub(super) command: &'static [&'static str],
    pub(super) power: Power,
    /// The exit status that the story expects.
    pub(super) exit: i32,
}

/// Whether the till lives through the scene.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Power {
    /// It does.
    On,
    /// It is killed as soon as its request is on the line.
    Cut,
}

const fn both(zh: &'static str, en: &'static str) -> Bilingual {
    Bilingual { zh, en }
}

const RESTART: Bilingual = both("来电，终端重新启动", "Power is back, the till starts again");

/// A UnionPay test card.
const TRACK: &str = "6224242900000113=28062019031013";

pub(super) const SCENES: &[Scene] = &[
    Scene {
        title: both("早上签到", "In the morning the till signs in"),
        tale: both(
            "主机下发工作密钥（由终端主密钥加密）和批次号。",
            "The host hands out working keys, encrypted under the master key, and the batch number.",
        ),
        fault: None,
        command: &["sign-in"],
        power: Power::On,
        exit: 0,
    },
    Scene {
        title: both("消费 12.34", "A customer pays 12.34"),
        tale: both(
            "先记流水，再发请求；主机应答的 MAC 正确，才算成功。",
            "The journal first, then the line. Only an answer with a right MAC is an approval.",
        ),
        fault: None,
        command: &[
            "sale", "--amount", "12.34", "--track2", TRACK, "--pin", "123456",
        ],
        power: Power::On,
        exit: 0,
    },
    Scene {
        title: both(
            "顾客改变主意，撤销",
            "She changes her mind: the sale is voided",
        ),
        tale: both(
            "主管授权；卡号从加密的流水中取出，无需再刷卡。",
            "A supervisor allows it. The card comes out of the sealed journal; no need to swipe again.",
        ),
        fault: None,
        command: &[
            "void",
            "--trace",
            "000002",
            "--reason",
            "customer-request",
            "--supervisor",
            "00:123456",
        ],
        power: Power::On,
        exit: 0,
    },
    Scene {
        title: both(
            "消费 25.00，应答丢失",
            "A sale of 25.00, and the answer is lost",
        ),
        tale: both(
            "主机已扣款，终端却不知道：按失败处理，发冲正，直到主机确认。",
            "The host took the money, the till cannot know. So it reverses until the host confirms.",
        ),
        fault: Some("drop-answer@sale"),
        command: &["sale", "--amount", "25.00", "--track2", TRACK],
        power: Power::On,
        exit: 3,
    },
    Scene {
        title: both(
            "消费 38.00，应答到达前断电",
            "A sale of 38.00, and the power fails before the answer",
        ),
        tale: both(
            "主机已扣款，终端进程被 SIGKILL 终止。",
            "The host took the money. The till's process is killed, as a power cut would.",
        ),
        fault: Some("delay=30s@sale"),
        command: &["sale", "--amount", "38.00", "--track2", TRACK],
        power: Power::Cut,
        exit: 0,
    },
    Scene {
        title: RESTART,
        tale: both(
            "流水中有请求而无结果：结果未知，冲正。",
            "The journal holds a request without an outcome: unknown, so it is reversed.",
        ),
        fault: None,
        command: &["recover"],
        power: Power::On,
        exit: 0,
    },
    Scene {
        title: both(
            "消费 41.00，请求途中断电",
            "A sale of 41.00, and the power fails while it is on its way",
        ),
        tale: both(
            "请求从未到达主机；终端无从得知。",
            "The request never reaches the host. The till cannot know that either.",
        ),
        fault: Some("drop-request@sale"),
        command: &["sale", "--amount", "41.00", "--track2", TRACK],
        power: Power::Cut,
        exit: 0,
    },
    Scene {
        title: RESTART,
        tale: both(
            "主机答 25（无此交易）。请求可能仍在途中：等待后再确认一次，才算完成。",
            "The host says 25, not found. It might still come, so the till waits and asks once more.",
        ),
        fault: None,
        command: &["recover"],
        power: Power::On,
        exit: 0,
    },
    Scene {
        title: both("照常营业：消费 66.60", "Business as usual: a sale of 66.60"),
        tale: both(
            "前面的麻烦没有留下痕迹。",
            "None of the trouble before stands in its way.",
        ),
        fault: None,
        command: &["sale", "--amount", "66.60", "--track2", TRACK],
        power: Power::On,
        exit: 0,
    },
];
