use super::value;
use crate::secret::Secret;
use annul::transaction::OperatorId;
use serde::Deserialize;

/// Everyone who may use the till, in the order of the file.
#[derive(Deserialize)]
#[serde(transparent)]
pub(crate) struct Operators(Vec<Operator>);

/// One table `[[operators]]` (unionpay.md 9.1).
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Operator {
    #[serde(deserialize_with = "value::operator")]
    id: OperatorId,
    role: Role,
    #[serde(deserialize_with = "value::password")]
    password: Secret,
}

/// What an operator may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Role {
    /// 一般操作员: signs in, sells, voids with a supervisor.
    Cashier,
    /// 主管操作员: allows voids, takes no payments.
    Supervisor,
    /// 系统管理员: looks after the terminal, takes no payments.
    Administrator,
}

impl Operator {
    pub(crate) fn id(&self) -> OperatorId {
        self.id
    }

    pub(crate) fn role(&self) -> Role {
        self.role
    }

    /// The password in clear, or its hash.
    pub(crate) fn password(&self) -> &str {
        self.password.reveal()
    }

    pub(crate) fn set_password(&mut self, hash: Secret) {
        self.password = hash;
    }
}

impl Operators {
    pub(crate) fn find(&self, id: &str) -> Option<&Operator> {
        self.0.iter().find(|operator| operator.id.text() == id)
    }

    /// Who is on duty where nobody is named.
    pub(crate) fn first_cashier(&self) -> Option<&Operator> {
        (self.0.iter()).find(|operator| operator.role == Role::Cashier)
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Operator> {
        self.0.iter_mut()
    }

    /// An id that stands twice.
    pub(super) fn twice(&self) -> Option<&str> {
        let ids: Vec<&str> = self.0.iter().map(|operator| operator.id.text()).collect();
        let again = (1..ids.len()).find(|index| ids[..*index].contains(&ids[*index]));
        again.map(|index| self.0[index].id.text())
    }
}
