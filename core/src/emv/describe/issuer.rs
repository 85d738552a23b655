//! What issuers and their applications say: rules, records, results, scripts.

use super::Teller;
use crate::emv::afl::Afl;
use crate::emv::apdu::Command;
use crate::emv::cvm::{CvmList, CvmRule};
use crate::emv::error::ValueError;
use crate::emv::iad::{Iad, IadForm};
use crate::emv::issuer::{ArpcMethod, IssuerAuthenticationData, Script, ScriptResult};
use crate::emv::name::Name;
use crate::emv::part::{Bytes, Part, Said};
use crate::emv::tables;

impl<'a> Teller<'_, 'a> {
    pub(super) fn cvm_list(&mut self, value: &'a [u8]) -> Result<(), ValueError> {
        let list = CvmList::parse(value)?;
        self.say(
            "x",
            Name::new("Amount X", "金额 X"),
            Said::Number(list.x().into()),
        );
        self.say(
            "y",
            Name::new("Amount Y", "金额 Y"),
            Said::Number(list.y().into()),
        );
        for rule in list.rules() {
            self.say("rule", CvmRule::layout().name(), Said::Group);
            for bit in rule
                .bits(self.context.dictionary.edition())
                .into_iter()
                .flatten()
            {
                self.inside("", bit.field().name(), Said::Bit(bit));
            }
        }
        Ok(())
    }

    pub(super) fn files(&mut self, value: &'a [u8]) -> Result<(), ValueError> {
        for file in Afl::parse(value)?.files() {
            self.say(
                "file",
                Name::new("File", "文件"),
                Said::Number(file.identifier().into()),
            );
            self.inside(
                "first",
                Name::new("First record", "首记录"),
                Said::Number(file.first().into()),
            );
            self.inside(
                "last",
                Name::new("Last record", "末记录"),
                Said::Number(file.last().into()),
            );
            let signed = Said::Number(file.authenticated().into());
            self.inside(
                "authenticated",
                Name::new(
                    "Records in offline data authentication",
                    "参与脱机数据认证的记录数",
                ),
                signed,
            );
        }
        Ok(())
    }

    pub(super) fn application_data(&mut self, value: &'a [u8]) -> Result<(), ValueError> {
        let iad = Iad::parse(value)?;
        self.say(
            "layout",
            Name::new("Layout", "格式"),
            Said::Word(form(iad.form())),
        );
        if let Some(format) = iad.format().filter(|_| iad.form() != IadForm::Ccd) {
            self.say(
                "format",
                Name::new("Format", "格式号"),
                Said::Number(format.into()),
            );
        }
        if let Some(index) = iad.key_index() {
            self.say(
                "key-index",
                Name::new("Derivation key index", "密钥索引"),
                Said::Number(index.into()),
            );
        }
        if let Some(version) = iad.cryptogram_version() {
            self.version(iad.form(), version)?;
        }
        if let Some(layout) = iad.results_layout() {
            self.say("results", layout.name(), Said::Bytes(Bytes(iad.results())));
            self.bits(1, layout, iad.results())?;
        }
        if let Some(algorithm) = iad.algorithm() {
            self.bits(0, &tables::PBOC_ALGORITHM, &[algorithm])?;
        }
        if !iad.counters().is_empty() {
            self.say(
                "counters",
                Name::new("Counters", "计数器"),
                Said::Bytes(Bytes(iad.counters())),
            );
        }
        if !iad.discretionary().is_empty() {
            self.say(
                "discretionary",
                Name::new("Issuer discretionary data", "发卡行自定义数据"),
                Said::Bytes(Bytes(iad.discretionary())),
            );
        }
        Ok(())
    }

    pub(super) fn version(&mut self, form: IadForm, version: u8) -> Result<(), ValueError> {
        match form {
            IadForm::Ccd => self.bits(0, &tables::CCD_FORMAT, &[version]),
            IadForm::MChip => self.bits(0, &tables::MCHIP_CRYPTOGRAM_VERSION, &[version]),
            _ => {
                let name = Name::new("Cryptogram version", "密文版本");
                self.say("version", name, Said::Number(version.into()));
                Ok(())
            }
        }
    }

    pub(super) fn authentication_data(&mut self, value: &'a [u8]) -> Result<(), ValueError> {
        let data = IssuerAuthenticationData::parse(value, self.context.proof)?;
        let cryptogram = Said::Bytes(Bytes(data.cryptogram()));
        self.say(
            "arpc",
            Name::new(
                "Authorisation response cryptogram (ARPC)",
                "授权响应密文（ARPC）",
            ),
            cryptogram,
        );
        let list = &tables::AUTHORISATION_RESPONSE;
        if let (Some(code), ArpcMethod::Code) = (value.get(8..10), data.method()) {
            self.say(
                "arc",
                list.name(),
                Said::Code(Bytes(code), list.meaning(code)),
            );
        }
        if let Some(status) = data.status() {
            self.say("csu", tables::CSU.name(), Said::Bytes(Bytes(status)));
            self.bits(1, &tables::CSU, status)?;
        }
        if !data.proprietary().is_empty() {
            self.say(
                "proprietary",
                Name::new("Proprietary authentication data", "专有认证数据"),
                Said::Bytes(Bytes(data.proprietary())),
            );
        }
        if data.is_ambiguous() {
            let both = Name::new(
                "ten bytes may be of either method; read as cryptogram and code",
                "十字节两种方法皆可，按密文加响应码解读",
            );
            self.say("ambiguous", Name::new("Note", "注意"), Said::Word(both));
        }
        Ok(())
    }

    pub(super) fn script(&mut self, value: &'a [u8]) -> Result<(), ValueError> {
        let script = Script::parse(value)?;
        let identifier = crate::tlv::Reader::new(value, crate::tlv::Mode::Emv).flatten();
        let mut identifier = identifier.filter(|object| object.tag().value() == 0x9F18);
        if let Some(object) = identifier.next() {
            self.say(
                "identifier",
                Name::new("Script identifier", "脚本标识"),
                Said::Bytes(Bytes(object.value())),
            );
        }
        script
            .commands()
            .try_for_each(|command| self.command(0, command))
    }

    pub(super) fn command(&mut self, level: u8, value: &'a [u8]) -> Result<(), ValueError> {
        let command = Command::parse(value)?;
        let name = Name::new("Command", "命令");
        let mut say = |level, key, name, said| (self.visit)(&Part::new(level, key, name, said));
        say(level, "command", name, Said::Command(command));
        let header = value.get(..4).unwrap_or_default();
        say(
            level + 1,
            "header",
            Name::new("CLA INS P1 P2", "CLA INS P1 P2"),
            Said::Bytes(Bytes(header)),
        );
        let length = Said::Number(command.data().len() as u64);
        say(
            level + 1,
            "length",
            Name::new("Bytes of data", "数据字节数"),
            length,
        );
        Ok(())
    }

    pub(super) fn script_results(&mut self, value: &'a [u8]) -> Result<(), ValueError> {
        let results = ScriptResult::parse_all(value)?;
        for (result, bytes) in results.zip(value.chunks_exact(5)) {
            let (status, identifier) = bytes.split_at(1);
            self.say(
                "script",
                Name::new("Script", "脚本"),
                Said::Bytes(Bytes(identifier)),
            );
            debug_assert_eq!(result.identifier().as_slice(), identifier);
            self.bits(1, ScriptResult::layout(), status)?;
        }
        Ok(())
    }
}

const fn form(form: IadForm) -> Name<'static> {
    match form {
        IadForm::Pboc => Name::new("UnionPay/PBOC", "银联/PBOC"),
        IadForm::Visa => Name::new("Visa, format 0, 1 or 3", "Visa，格式 0、1、3"),
        IadForm::VisaDevice => Name::new("Visa, format 2 or 4", "Visa，格式 2、4"),
        IadForm::Ccd => Name::new("Common core definitions (CCD)", "通用核心定义（CCD）"),
        IadForm::MChip => Name::new("Mastercard M/Chip", "万事达 M/Chip"),
        IadForm::Unknown => Name::new("Unknown", "未知"),
    }
}
