import Foundation
internal import AnnulGenerated

/// Calls into Rust: its errors, and its panics, come out as ``AnnulError``.
func calling<T>(_ call: () throws -> T) throws(AnnulError) -> T {
    do {
        return try call()
    } catch let error as AnnulGenerated.AnnulError {
        throw AnnulError(error)
    } catch {
        // The generated code throws nothing else but what a panic said.
        let said = error.localizedDescription
        throw .broken("annul failed: \(said); open the journal again and recover")
    }
}

extension AnnulError {
    init(_ error: AnnulGenerated.AnnulError) {
        switch error {
        case .Failed(let code, let what, let advice):
            let reason = Reason(code: Int(code), message: what, advice: Advice(advice))
            switch code {
            case ..<300: self = .invalid(reason)
            case ..<400: self = .refused(reason)
            case ..<500: self = .security(reason)
            case ..<600: self = .journal(reason)
            case ..<700: self = .undecodable(reason)
            default: self = .failed(reason)
            }
        }
    }

    static func broken(_ message: String) -> AnnulError {
        .failed(Reason(code: 900, message: message, advice: .reopen))
    }

    static let closed = AnnulError.failed(
        Reason(
            code: 902, message: "the terminal was closed; open its journal again",
            advice: .reopen))
}

extension Advice {
    fileprivate init(_ advice: AnnulGenerated.Advice) {
        switch advice {
        case .retrySame: self = .retrySame
        case .recoverFirst: self = .recoverFirst
        case .signIn: self = .signIn
        case .askOperator: self = .askOperator
        case .fixConfiguration: self = .fixConfiguration
        case .reopen: self = .reopen
        case .callSupport: self = .callSupport
        }
    }
}
