//! Operators' passwords: kept as Argon2id hashes. What stands in clear in the
//! file is replaced at first use; the rest of the file, comments too, stays.

use crate::config::Config;
use crate::exit::Failure;
use crate::output;
use crate::secret::Secret;
use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use std::io::Write;
use std::path::Path;
use toml_edit::{DocumentMut, Item, TableLike, Value, value};
use zeroize::Zeroizing;

const HASHED: &str = "$argon2";

/// True where the password is the one that was hashed.
pub(crate) fn fits(hash: &str, password: &str) -> bool {
    let argon = Argon2::default();
    PasswordHash::new(hash)
        .is_ok_and(|hash| argon.verify_password(password.as_bytes(), &hash).is_ok())
}

/// Replaces every password in clear, in the settings and in their file. A file
/// that cannot be written is told of, and the till goes on.
pub(crate) fn seal(path: &Path, config: &mut Config) -> Result<(), Failure> {
    let mut hashed = Vec::new();
    for operator in config.operators.iter_mut() {
        if !operator.password().starts_with(HASHED) {
            let hash = Argon2::default()
                .hash_password(operator.password().as_bytes())
                .map_err(|error| Failure::new(format!("password: {error}; try again")))?
                .to_string();
            let id = operator.id();
            operator.set_password(Secret::from(hash.clone()));
            hashed.push((id.text().to_owned(), hash));
        }
    }
    if let Err(error) = replace(path, &hashed) {
        output::log(&format!(
            "till profile {}: {error}; its passwords stay in clear, make the file writable",
            path.display()
        ));
    }
    Ok(())
}

/// Writes the hashes into the file, all or nothing: a copy takes its place.
fn replace(path: &Path, hashed: &[(String, String)]) -> std::io::Result<()> {
    if hashed.is_empty() {
        return Ok(());
    }
    let path = path.canonicalize()?;
    let text = Zeroizing::new(std::fs::read_to_string(&path)?);
    let mut document: DocumentMut = text.parse().map_err(std::io::Error::other)?;
    for table in tables(&mut document) {
        let id = table.get("id").and_then(Item::as_str);
        let hash = id.and_then(|id| hashed.iter().find(|(known, _)| known == id));
        if let (Some((_, hash)), Some(password)) = (hash, table.get_mut("password")) {
            overwrite(password, hash);
        }
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut copy = tempfile::NamedTempFile::new_in(folder)?;
    copy.write_all(document.to_string().as_bytes())?;
    copy.as_file()
        .set_permissions(std::fs::metadata(&path)?.permissions())?;
    copy.as_file().sync_all()?;
    copy.persist(&path)?;
    Ok(())
}

/// The operators' tables, however they are written.
fn tables(document: &mut DocumentMut) -> Vec<&mut dyn TableLike> {
    match document.get_mut("operators") {
        Some(Item::ArrayOfTables(tables)) => tables
            .iter_mut()
            .map(|table| table as &mut dyn TableLike)
            .collect(),
        Some(Item::Value(Value::Array(array))) => (array.iter_mut())
            .filter_map(|value| Some(value.as_inline_table_mut()? as &mut dyn TableLike))
            .collect(),
        _ => Vec::new(),
    }
}

/// The value alone: what stands before and behind it stays.
fn overwrite(item: &mut Item, hash: &str) {
    if let Some(old) = item.as_value().map(|value| value.decor().clone()) {
        *item = value(hash);
        if let Some(new) = item.as_value_mut() {
            *new.decor_mut() = old;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::EXAMPLE;

    #[test]
    fn passwords_are_replaced_once_and_comments_stay() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("till.toml");
        std::fs::write(&path, EXAMPLE).unwrap();
        let mut config = Config::read(&path).unwrap();
        seal(&path, &mut config).unwrap();

        let text = std::fs::read_to_string(&path).unwrap();
        for password in ["\"0000\"", "\"123456\"", "\"00000000\""] {
            assert!(!text.contains(&format!("password = {password}")), "{text}");
        }
        let comments = |text: &str| text.matches('#').count();
        assert_eq!(comments(&text), comments(EXAMPLE));
        assert_eq!(text.lines().count(), EXAMPLE.lines().count());

        let again = Config::read(&path).unwrap();
        let cashier = again.operators.find("01").unwrap();
        assert!(fits(cashier.password(), "0000"));
        assert!(!fits(cashier.password(), "0001"));
        let mut again = again;
        seal(&path, &mut again).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    }

    #[test]
    fn nothing_fits_a_damaged_hash() {
        assert!(!fits("$argon2id$v=19$damaged", "0000"));
        assert!(!fits("", ""));
    }
}
