use core::fmt;

/// The transport address of a frame, five bytes BCD: `60`, destination NII,
/// source NII. A terminal sends source `0000`; it is a parameter of the link.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Tpdu([u8; Self::SIZE]);

impl Tpdu {
    /// Bytes of a TPDU.
    pub const SIZE: usize = 5;

    /// Takes the five bytes as they are; a network may use any of them.
    pub const fn new(bytes: [u8; Self::SIZE]) -> Self {
        Self(bytes)
    }

    /// The five bytes.
    pub const fn bytes(&self) -> &[u8; Self::SIZE] {
        &self.0
    }

    /// The first byte, `0x60` for a transaction.
    pub const fn id(self) -> u8 {
        self.0[0]
    }

    /// Where it goes: four BCD digits.
    pub const fn destination(self) -> [u8; 2] {
        [self.0[1], self.0[2]]
    }

    /// Where it came from: four BCD digits.
    pub const fn source(self) -> [u8; 2] {
        [self.0[3], self.0[4]]
    }

    /// The address an answer is sent to: destination and source swapped. Some
    /// hosts answer with another one, so a receiver must not insist on it.
    ///
    /// ```
    /// # use annul::frame::Tpdu;
    /// let request = Tpdu::new([0x60, 0x05, 0x25, 0x00, 0x00]);
    /// assert_eq!(request.reply().to_string(), "6000000525");
    /// ```
    #[must_use]
    pub const fn reply(self) -> Self {
        let [id, d0, d1, s0, s1] = self.0;
        Self([id, s0, s1, d0, d1])
    }
}

impl fmt::Display for Tpdu {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02X}"))
    }
}

impl fmt::Debug for Tpdu {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tpdu({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_to_a_reply_comes_home() {
        let tpdu = Tpdu::new([0x60, 0x01, 0x02, 0x03, 0x04]);
        assert_eq!(tpdu.reply().bytes(), &[0x60, 0x03, 0x04, 0x01, 0x02]);
        assert_eq!(tpdu.reply().reply(), tpdu);
        assert_eq!(tpdu.id(), 0x60);
        assert_eq!(tpdu.reply().destination(), tpdu.source());
    }
}
