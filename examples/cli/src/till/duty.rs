//! Who is on duty, and who allows what (unionpay.md 9.1, 9.2).

use super::Stop;
use crate::config::{Operator, Operators, Role};
use crate::exit::Failure;
use crate::password;
use crate::secret::Secret;
use annul::text::Bilingual;
use annul::transaction::OperatorId;

const WRONG: Bilingual = Bilingual {
    zh: "操作员号或密码错误",
    en: "Wrong operator or password",
};
const NO_PAYMENTS: Bilingual = Bilingual {
    zh: "主管和管理员不能做交易，请由收银员操作",
    en: "Supervisors and administrators take no payments; a cashier does this",
};
const NOT_SUPERVISOR: Bilingual = Bilingual {
    zh: "此操作须由主管授权",
    en: "This needs a supervisor, and this operator is none",
};

/// The operator on duty: the one named, or the first cashier of the profile.
pub(super) fn on_duty(operators: &Operators, named: Option<&Secret>) -> Result<OperatorId, Stop> {
    if let Some(named) = named {
        return Ok(identified(operators, named, "--operator 01:0000")?.id());
    }
    let first = operators.first_cashier().map(Operator::id);
    first.ok_or_else(|| {
        let text = "no cashier in the till profile; add an [[operators]] table with that role";
        Failure::new(text).into()
    })
}

/// Refuses operators who take no payments.
pub(super) fn cashier(operators: &Operators, id: OperatorId) -> Result<(), Stop> {
    match operators.find(id.text()).map(Operator::role) {
        Some(Role::Cashier) => Ok(()),
        _ => Err(Stop::Refused(NO_PAYMENTS)),
    }
}

/// The supervisor who allows a void.
pub(super) fn supervisor(operators: &Operators, named: &Secret) -> Result<OperatorId, Stop> {
    let operator = identified(operators, named, "--supervisor 00:123456")?;
    match operator.role() {
        Role::Supervisor => Ok(operator.id()),
        Role::Cashier | Role::Administrator => Err(Stop::Refused(NOT_SUPERVISOR)),
    }
}

/// Whoever it is: a wrong id and a wrong password are told alike.
fn identified<'o>(
    operators: &'o Operators,
    named: &Secret,
    form: &str,
) -> Result<&'o Operator, Stop> {
    let Some((id, password)) = named.reveal().split_once(':') else {
        let text = format!("operator: expected the id and the password, as in {form}");
        return Err(Failure::new(text).into());
    };
    let operator = operators.find(id);
    let known = operator.filter(|operator| password::fits(operator.password(), password));
    known.ok_or(Stop::Refused(WRONG))
}
