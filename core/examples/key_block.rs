//! A PIN key on its way from a host to a terminal, in a key block of ANSI
//! X9.143: what comes out is a PIN key, and can be nothing else.
//!
//! ```sh
//! cargo run -p annul --example key_block --features key-blocks
//! ```

use annul::crypto::key_block::{
    Exportability, Header, KeyAlgorithm, KeyBlockError, KeyUsage, ModeOfUse, OptionalBlock,
    ProtectionKey, Rules, Version, Wrap, Wrapped,
};
use annul::crypto::{Key, MacKey, PinKey};

/// The key that both sides hold. Nobody has it: it stands in this file.
const PROTECTION: &str = "88E1AB2A2E3DD38C1FA039A536500CC8A87AB9D62DC92C01058FA79F44657DE6";
const PIN_KEY: &str = "3F419E1CB7079442AA37474C2EFBF8B8";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let block = host()?;
    println!("{block}");
    terminal(block.as_bytes())?;
    Ok(())
}

fn host() -> Result<String, Box<dyn std::error::Error>> {
    let protection = ProtectionKey::new(Key::aes_hex(PROTECTION)?)?;
    let key = PinKey::new(Key::aes_hex(PIN_KEY)?);
    let (usage, algorithm) = (KeyUsage::PIN_ENCRYPTION, KeyAlgorithm::AES);
    let label = [OptionalBlock::new("LB", "till 7")?];
    let header = Header::new(Version::D, usage, algorithm, ModeOfUse::ENCRYPT)
        .with_exportability(Exportability::TRUSTED)
        .with_blocks(&label);
    // Core draws no random number: these come from the system, and here are
    // the same each time so that the example prints the same.
    let random = [0x5A; 32];
    let mut room = [0; 256];
    let block = Wrap::new(header, &protection).key(&key, &random, &mut room)?;
    Ok(block.to_owned())
}

fn terminal(text: &[u8]) -> Result<(), Box<dyn std::error::Error>> {
    let protection = ProtectionKey::new(Key::aes_hex(PROTECTION)?)?;
    let block = Wrapped::parse(text, Rules::Strict)?;
    // Room for the key, wiped when `unwrapped` is dropped.
    let mut room = [0; 64];
    let unwrapped = block.unwrap(&protection, &mut room)?;
    let header = unwrapped.header();
    for block in header.blocks() {
        println!(
            "{} ({}): {}",
            block.id(),
            block.meaning().unwrap_or("?"),
            block.data()
        );
    }
    let key: PinKey = unwrapped.key()?;
    println!(
        "{}: check value {}",
        header.usage().meaning().unwrap_or("?"),
        key.kcv()
    );
    let other: Result<MacKey, KeyBlockError> = unwrapped.key();
    if let Err(error) = other {
        println!("{error}");
    }
    Ok(())
}
