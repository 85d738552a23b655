use annul::text::Language;
use clap::ValueEnum;

/// `--lang`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Lang {
    /// 中文
    Zh,
    /// English
    En,
}

/// The language asked for; else that of the environment; else English.
pub(crate) fn choose(asked: Option<Lang>) -> Language {
    match asked {
        Some(Lang::Zh) => Language::Chinese,
        Some(Lang::En) => Language::English,
        None => of_environment(|name| std::env::var(name).ok()),
    }
}

/// POSIX: the first of these that is set and not empty decides.
fn of_environment(variable: impl Fn(&str) -> Option<String>) -> Language {
    let set = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .filter_map(variable)
        .find(|value| !value.is_empty());
    match set {
        Some(value) if value.to_ascii_lowercase().starts_with("zh") => Language::Chinese,
        _ => Language::English,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_decides_where_nothing_is_asked() {
        let of = |pairs: &[(&str, &str)]| {
            of_environment(|name| {
                let pair = pairs.iter().find(|(key, _)| *key == name);
                pair.map(|(_, value)| (*value).to_owned())
            })
        };
        assert_eq!(of(&[]), Language::English);
        assert_eq!(of(&[("LANG", "zh_CN.UTF-8")]), Language::Chinese);
        let both = [("LANG", "zh_CN.UTF-8"), ("LC_ALL", "C")];
        assert_eq!(of(&both), Language::English);
        let empty = [("LANG", "zh_TW"), ("LC_ALL", "")];
        assert_eq!(of(&empty), Language::Chinese);
        assert_eq!(choose(Some(Lang::En)), Language::English);
    }
}
