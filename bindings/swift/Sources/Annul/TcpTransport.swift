import Foundation

#if canImport(Darwin)
import Darwin
private let stream = SOCK_STREAM
private let quiet: Int32 = 0
#else
import Glibc
private let stream = Int32(SOCK_STREAM.rawValue)
private let quiet = Int32(MSG_NOSIGNAL)
#endif

/// TCP without TLS, as terminals speak it inside a private network.
public struct TcpTransport: Transport, Hashable, CustomStringConvertible {
    /// A name or an address.
    public let host: String
    /// 1 to 65535.
    public let port: Int

    /// - Parameters:
    ///   - host: a name or an address
    ///   - port: 1 to 65535
    public init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    public func connect(timeoutMillis: Int64) throws -> any Connection {
        var wanted = addrinfo()
        wanted.ai_socktype = stream
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, String(port), &wanted, &found) == 0 else {
            throw TcpError.noSuchHost(host)
        }
        defer { freeaddrinfo(found) }
        let clock = Clock()
        var last: any Error = TcpError.noSuchHost(host)
        for address in sequence(first: found, next: { $0?.pointee.ai_next }).compactMap({ $0 }) {
            do {
                let left = timeoutMillis - clock.millis
                return try TcpConnection(to: address.pointee, timeoutMillis: left)
            } catch {
                last = error
            }
        }
        throw last
    }

    public var description: String { "TcpTransport(\(host):\(port))" }
}

/// Why a TCP connection failed.
public enum TcpError: Error, Hashable, Sendable {
    /// The name has no address.
    case noSuchHost(String)

    /// It took too long.
    case timedOut

    /// What the operating system said.
    case system(POSIXErrorCode)
}

private final class TcpConnection: Connection {
    // Closed when nobody uses it any more, so that no other file gets its number
    // while a thread still waits here; close() only ends the talk.
    private let socket: Int32

    init(to address: addrinfo, timeoutMillis: Int64) throws {
        socket = systemSocket(address.ai_family, address.ai_socktype, address.ai_protocol)
        guard socket >= 0 else { throw lastError() }
        _ = fcntl(socket, F_SETFL, fcntl(socket, F_GETFL, 0) | O_NONBLOCK)
        set(Int32(IPPROTO_TCP), TCP_NODELAY)
        #if canImport(Darwin)
        set(SOL_SOCKET, SO_NOSIGPIPE)
        #endif
        guard systemConnect(socket, address.ai_addr, address.ai_addrlen) != 0 else { return }
        guard errno == EINPROGRESS else { throw lastError() }
        guard try ready(POLLOUT, timeoutMillis) else { throw TcpError.timedOut }
        var failure: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(socket, SOL_SOCKET, SO_ERROR, &failure, &size)
        guard failure == 0 else { throw TcpError.system(POSIXErrorCode(rawValue: failure) ?? .EIO) }
    }

    deinit {
        if socket >= 0 { systemClose(socket) }
    }

    func send(_ bytes: Data) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { systemSend(socket, $0.baseAddress, $0.count, quiet) }
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                _ = try ready(POLLOUT, 1_000)
            } else if errno != EINTR {
                throw lastError()
            }
        }
    }

    func receive(timeoutMillis: Int64) throws -> Received {
        guard try ready(POLLIN, timeoutMillis) else { return .nothing }
        var buffer = Data(count: 2048)
        let count = buffer.withUnsafeMutableBytes { recv(socket, $0.baseAddress, $0.count, 0) }
        switch count {
        case 0: return .ended
        case 1...: return .bytes(buffer.prefix(count))
        default:
            guard errno == EAGAIN || errno == EINTR else { throw lastError() }
            return .nothing
        }
    }

    func close() {
        _ = shutdown(socket, Int32(SHUT_RDWR))
    }

    private func set(_ level: Int32, _ option: Int32) {
        var on: Int32 = 1
        setsockopt(socket, level, option, &on, socklen_t(MemoryLayout<Int32>.size))
    }

    /// Whether it happened within the time.
    private func ready(_ events: Int32, _ timeoutMillis: Int64) throws -> Bool {
        var wanted = pollfd(fd: socket, events: Int16(events), revents: 0)
        let count = poll(&wanted, 1, Int32(clamping: max(timeoutMillis, 1)))
        guard count >= 0 || errno == EINTR else { throw lastError() }
        return count > 0
    }
}

private func lastError() -> TcpError {
    .system(POSIXErrorCode(rawValue: errno) ?? .EIO)
}

// The methods above have the same names.

private func systemSocket(_ family: Int32, _ type: Int32, _ protocol: Int32) -> Int32 {
    socket(family, type, `protocol`)
}

private func systemConnect(
    _ socket: Int32, _ address: UnsafePointer<sockaddr>, _ size: socklen_t
) -> Int32 {
    connect(socket, address, size)
}

private func systemSend(
    _ socket: Int32, _ bytes: UnsafeRawPointer?, _ count: Int, _ flags: Int32
) -> Int {
    send(socket, bytes, count, flags)
}

private func systemClose(_ socket: Int32) {
    _ = close(socket)
}
