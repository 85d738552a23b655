//! The messages of a capture: what TCP carried, put together in its order, cut
//! where the header says.
//!
//! ```text
//!  pcap, pcapng ──> packets ──> Ethernet, IP, TCP ──> one stream a direction ──> messages
//! ```

use crate::exit::Failure;
use crate::spec::framing::Framing;
use pcap_parser::{Block, Linktype, PcapBlockOwned, PcapError, create_reader};
use std::collections::BTreeMap;

/// True for bytes that begin as a capture does.
pub(super) fn is_one(bytes: &[u8]) -> bool {
    const BEGINNINGS: [[u8; 4]; 5] = [
        [0xD4, 0xC3, 0xB2, 0xA1],
        [0xA1, 0xB2, 0xC3, 0xD4],
        [0x4D, 0x3C, 0xB2, 0xA1],
        [0xA1, 0xB2, 0x3C, 0x4D],
        [0x0A, 0x0D, 0x0D, 0x0A],
    ];
    BEGINNINGS.iter().any(|magic| bytes.starts_with(magic))
}

/// What a capture held.
pub(super) struct Messages {
    /// In the order in which their last bytes came. Without a length in the
    /// header each segment is one.
    pub(super) all: Vec<Vec<u8>>,
    /// Why the capture ends before its end.
    pub(super) cut: Option<String>,
}

/// Every message of a capture, also of one that is cut.
pub(super) fn messages(bytes: &[u8], framing: &Framing) -> Result<Messages, Failure> {
    let mut streams: BTreeMap<Ends, Stream> = BTreeMap::new();
    let (packets, is_cut) = packets(bytes)?;
    let cut = is_cut.then(|| {
        let count = packets.len();
        format!("the capture is cut behind packet {count}: no more is read")
    });
    for (number, (link, packet)) in packets.into_iter().enumerate() {
        if let Some((ends, segment)) = segment(link, &packet, number) {
            streams.entry(ends).or_default().segments.push(segment);
        }
    }
    let mut messages: Vec<_> = { streams.into_values() }
        .flat_map(|stream| stream.cut(framing))
        .collect();
    messages.sort_by_key(|(number, _)| *number);
    let all = messages.into_iter().map(|(_, message)| message).collect();
    Ok(Messages { all, cut })
}

type Packet = (Linktype, Vec<u8>);

/// Every packet that is whole, and whether something stands behind them that
/// is none.
fn packets(bytes: &[u8]) -> Result<(Vec<Packet>, bool), Failure> {
    /// More than the largest packet.
    const ROOM: usize = 1 << 20;
    let wrong = || Failure::new("the capture is damaged; expected pcap or pcapng");
    let mut reader = create_reader(ROOM, bytes).map_err(|_| wrong())?;
    let (mut packets, mut links, mut refilled) = (Vec::new(), Vec::new(), false);
    loop {
        match reader.next() {
            Ok((size, block)) => {
                refilled = false;
                let link = |at: usize| links.get(at).copied().unwrap_or(Linktype::NULL);
                match block {
                    PcapBlockOwned::LegacyHeader(header) => links = vec![header.network],
                    PcapBlockOwned::Legacy(packet) => {
                        packets.push((link(0), packet.data.to_vec()));
                    }
                    PcapBlockOwned::NG(Block::SectionHeader(_)) => links.clear(),
                    PcapBlockOwned::NG(Block::InterfaceDescription(one)) => {
                        links.push(one.linktype);
                    }
                    PcapBlockOwned::NG(Block::EnhancedPacket(packet)) => {
                        packets.push((link(packet.if_id as usize), packet.data.to_vec()));
                    }
                    PcapBlockOwned::NG(Block::SimplePacket(packet)) => {
                        packets.push((link(0), packet.data.to_vec()));
                    }
                    PcapBlockOwned::NG(_) => {}
                }
                reader.consume(size);
            }
            Err(PcapError::Eof) => return Ok((packets, false)),
            Err(PcapError::Incomplete(_)) if !refilled => {
                refilled = true;
                reader.refill().map_err(|_| wrong())?;
            }
            Err(_) => return Ok((packets, true)),
        }
    }
}

/// Addresses and ports, of the sender first.
type Ends = (Vec<u8>, Vec<u8>);

/// What one packet carried.
struct Segment {
    packet: usize,
    sequence: u32,
    bytes: Vec<u8>,
}

/// The TCP segment of a packet; none where it is another, a fragment, or empty.
fn segment(link: Linktype, packet: &[u8], number: usize) -> Option<(Ends, Segment)> {
    let ip = match link {
        Linktype::ETHERNET => {
            let mut at = 12;
            while matches!(packet.get(at..at + 2)?, [0x81, 0] | [0x88, 0xA8]) {
                at += 4;
            }
            packet.get(at + 2..)?
        }
        Linktype::NULL | Linktype::LOOP => packet.get(4..)?,
        Linktype::LINUX_SLL => packet.get(16..)?,
        Linktype::LINUX_SLL2 => packet.get(20..)?,
        _ => packet,
    };
    let (addresses, tcp) = match ip.first()? >> 4 {
        4 => {
            let header = usize::from(ip[0] & 15) * 4;
            let total = usize::from(u16::from_be_bytes([*ip.get(2)?, *ip.get(3)?]));
            let fragment = u16::from_be_bytes([*ip.get(6)?, *ip.get(7)?]) & 0x3FFF;
            if *ip.get(9)? != TCP || fragment != 0 {
                return None;
            }
            (ip.get(12..20)?, ip.get(header..total.min(ip.len()))?)
        }
        6 => {
            let total = 40 + usize::from(u16::from_be_bytes([*ip.get(4)?, *ip.get(5)?]));
            if *ip.get(6)? != TCP {
                return None;
            }
            (ip.get(8..40)?, ip.get(40..total.min(ip.len()))?)
        }
        _ => return None,
    };
    let sequence = u32::from_be_bytes(tcp.get(4..8)?.try_into().ok()?);
    let bytes = tcp.get(usize::from(tcp.get(12)? >> 4) * 4..)?;
    let segment = Segment {
        packet: number,
        sequence,
        bytes: bytes.to_vec(),
    };
    let ends = (addresses.to_vec(), tcp.get(..4)?.to_vec());
    (!bytes.is_empty()).then_some((ends, segment))
}

/// The protocol number.
const TCP: u8 = 6;

/// One direction of a connection.
#[derive(Default)]
struct Stream {
    segments: Vec<Segment>,
}

impl Stream {
    /// Its messages, each with the packet that ended it.
    fn cut(mut self, framing: &Framing) -> Vec<(usize, Vec<u8>)> {
        let Some(first) = self.segments.first().map(|segment| segment.sequence) else {
            return Vec::new();
        };
        // Sequence numbers begin anywhere and wrap around; one that was sent
        // before the first that was seen counts as the largest.
        self.segments
            .sort_by_key(|segment| segment.sequence.wrapping_sub(first));
        let (mut messages, mut left, mut next) = (Vec::new(), Vec::new(), first);
        for segment in self.segments {
            let known = next.wrapping_sub(segment.sequence) as usize;
            let ahead = segment.sequence.wrapping_sub(next);
            let new = if ahead == 0 {
                segment.bytes.as_slice()
            } else if known < segment.bytes.len() {
                &segment.bytes[known..]
            } else if ahead < u32::MAX / 2 {
                // Bytes are missing: what came before them is no whole message.
                left.clear();
                segment.bytes.as_slice()
            } else {
                continue;
            };
            next = segment.sequence.wrapping_add(segment.bytes.len() as u32);
            left.extend_from_slice(new);
            while let Some(size) = framing.size(&left) {
                let rest = left.split_off(size);
                messages.push((segment.packet, std::mem::replace(&mut left, rest)));
            }
        }
        messages
    }
}
