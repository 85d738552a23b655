/// Hands news to everyone who listens. A slow listener loses the oldest.
final class News: Sendable {
    private struct Listeners {
        var next = 0
        var open: [Int: AsyncStream<Terminal.Progress>.Continuation] = [:]
        var isOver = false
    }

    private let listeners = Guarded(Listeners())

    var stream: AsyncStream<Terminal.Progress> {
        AsyncStream(bufferingPolicy: .bufferingNewest(64)) { continuation in
            let number: Int? = listeners {
                guard !$0.isOver else { return nil }
                $0.next += 1
                $0.open[$0.next] = continuation
                return $0.next
            }
            guard let number else { return continuation.finish() }
            continuation.onTermination = { [weak self] _ in
                self?.listeners { $0.open[number] = nil }
            }
        }
    }

    func tell(_ news: Terminal.Progress) {
        for listener in listeners({ Array($0.open.values) }) {
            listener.yield(news)
        }
    }

    /// Ends every stream. Not under the lock: a stream that ends takes it.
    func finish() {
        let open = listeners {
            $0.isOver = true
            return Array($0.open.values)
        }
        open.forEach { $0.finish() }
    }
}
