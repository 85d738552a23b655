import Foundation
internal import AnnulGenerated

/// Calls what the app gave: transport, PIN entry, PIN pad. Every call has an
/// answer for the case that it throws; there is no way from an error to a value.
final class Callbacks: Sendable {
    private struct Open: Sendable {
        let link: Int64
        let connection: any Connection
    }

    private let transport: any Transport
    private let security: Terminal.Security
    private let tell: @Sendable (Terminal.Progress) -> Void
    private let open = Guarded<Open?>(nil)
    private let alarm = DispatchSemaphore(value: 0)

    init(_ setup: Setup, tell: @escaping @Sendable (Terminal.Progress) -> Void) {
        transport = setup.transport
        security = setup.security
        self.tell = tell
    }
}

// The way to the host.
extension Callbacks {
    func connect(_ link: Int64, timeoutMillis: Int64) -> AnnulGenerated.Input {
        hangUp()
        do {
            let connection = try transport.connect(timeoutMillis: max(timeoutMillis, 1))
            open { $0 = Open(link: link, connection: connection) }
            return .connected(link: link)
        } catch {
            report("transport, connect", error)
            return down(link, .nothingSent)
        }
    }

    func send(_ link: Int64, _ frame: Data) -> AnnulGenerated.Input {
        guard let open = open({ $0 }), open.link == link else { return down(link, .nothingSent) }
        do {
            try open.connection.send(frame)
            return .sent(link: link)
        } catch {
            report("connection, send", error)
            return down(link, .maybeSent)
        }
    }

    /// Waits for bytes; nil where none came in the time.
    func wait(millis: Int64) -> AnnulGenerated.Input? {
        guard let open = open({ $0 }) else {
            _ = alarm.wait(timeout: .now() + .milliseconds(Int(clamping: max(millis, 1))))
            return nil
        }
        do {
            switch try open.connection.receive(timeoutMillis: max(millis, 1)) {
            case .nothing: return nil
            case .bytes(let bytes) where bytes.isEmpty: return nil
            case .bytes(let bytes): return .received(link: open.link, bytes: bytes)
            case .ended: return down(open.link, .maybeSent)
            }
        } catch {
            report("connection, receive", error)
            return down(open.link, .maybeSent)
        }
    }

    func hangUp() {
        let last = open { open in
            defer { open = nil }
            return open
        }
        last?.connection.close()
    }

    /// Ends a wait, from another thread.
    func interrupt() {
        hangUp()
        alarm.signal()
    }

    private func down(_ link: Int64, _ doubt: AnnulGenerated.SendDoubt) -> AnnulGenerated.Input {
        hangUp()
        return .down(link: link, doubt: doubt)
    }
}

// PIN and keys.
extension Callbacks {
    func enterPin(_ question: Int64, card: String) -> AnnulGenerated.Input {
        asking("PIN entry", question) {
            guard case .software(_, _, _, let entry?) = security.place else {
                throw PinPadError.noPin
            }
            guard let pin = try entry(card) else { throw PinPadError.pinCancelled }
            guard (4...12).contains(pin.count), pin.allSatisfy(isDigit) else {
                throw PinPadError.noPin
            }
            return .pinEntered(question: question, pin: pin)
        }
    }

    func encryptPin(_ question: Int64, number: Data) -> AnnulGenerated.Input {
        asking("PIN pad, encryptPin", question) {
            let block = try sized(8, pinPad.encryptPin(number: number))
            return .pinEncrypted(question: question, block: block)
        }
    }

    func encryptTrack(_ question: Int64, track: Data) -> AnnulGenerated.Input {
        asking("PIN pad, encryptTrack", question) {
            let encrypted = try sized(track.count, pinPad.encryptTrack(track))
            guard encrypted != track else { throw Unusable.inClear }
            return .trackEncrypted(question: question, track: encrypted)
        }
    }

    func computeMac(_ question: Int64, message: Data) -> AnnulGenerated.Input {
        asking("PIN pad, mac", question) {
            .macComputed(question: question, mac: try sized(8, pinPad.mac(of: message)))
        }
    }

    func loadKeys(_ question: Int64, keys: Data) -> AnnulGenerated.Input {
        asking("PIN pad, loadWorkingKeys", question) {
            try pinPad.loadWorkingKeys(keys)
            return .keysLoaded(question: question)
        }
    }

    func sealCard(
        _ question: Int64, number: Data, expiry: String?, nonce: Data
    ) -> AnnulGenerated.Input {
        asking("PIN pad, seal", question) {
            let sealed = try pinPad.seal(number: number, expiry: expiry, nonce: nonce)
            return .cardSealed(question: question, sealed: try sized(34, sealed))
        }
    }

    func openCard(_ question: Int64, sealed: Data) -> AnnulGenerated.Input {
        asking("PIN pad, open", question) {
            let card = try pinPad.open(sealed)
            let number = card.number.copy
            guard (13...19).contains(number.count), number.allSatisfy(isDigit) else {
                throw Unusable.cardNumber
            }
            return .cardOpened(question: question, number: number, expiry: card.expiry)
        }
    }

    private var pinPad: any PinPad {
        get throws {
            guard case .device(let pinPad, _) = security.place else {
                throw PinPadError.unsupported
            }
            return pinPad
        }
    }

    private func asking(
        _ callback: String, _ question: Int64, _ call: () throws -> AnnulGenerated.Input
    ) -> AnnulGenerated.Input {
        do {
            return try call()
        } catch let error as PinPadError {
            return .deviceFailed(question: question, fault: error.ffi)
        } catch {
            report(callback, error)
            return .deviceFailed(question: question, fault: .failed(code: -1))
        }
    }

    private func report(_ callback: String, _ cause: any Error) {
        tell(.callbackFailed(callback: callback, cause: cause))
    }
}

/// An answer of a device that cannot be one: it has failed.
private enum Unusable: Error {
    case size(wanted: Int, found: Int)
    case cardNumber
    case inClear
}

private func sized(_ wanted: Int, _ bytes: Data) throws -> Data {
    guard bytes.count == wanted else { throw Unusable.size(wanted: wanted, found: bytes.count) }
    return bytes
}

private func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
}
