import Glibc
import TestSupport

/// A connection that stays open: bytes go out when the test says so, and answers are waited for.
final class Conversation {
    private let descriptor: Int32
    private var received: [UInt8] = []

    init(port: Int) throws { descriptor = try Wire.connect(port: port) }

    deinit { close(descriptor) }

    func write(_ text: String) throws {
        let bytes = Array(text.utf8)
        guard send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
            throw TestFailure("the server does not read: errno \(errno)")
        }
    }

    /// The next answer, whole.
    func reply() throws -> Reply {
        while true {
            if let reply = Reply.all(received).first {
                received.removeFirst(reply.size)
                return reply
            }
            var buffer = [UInt8](repeating: 0, count: 64 * 1024)
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { throw TestFailure("the server closed the connection, or is silent") }
            received += buffer[..<count]
        }
    }

    /// What has come of an answer that is not over, once something is in it; what is left of it comes the next time.
    func text(until mark: String) async throws -> String {
        while true {
            let text = String(decoding: received, as: UTF8.self)
            if text.contains(mark) {
                received = []
                return text
            }
            var buffer = [UInt8](repeating: 0, count: 64 * 1024)
            // Others have this thread in between: what is waited for may need it.
            let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            if count > 0 {
                received += buffer[..<count]
            } else if count < 0, errno == EAGAIN || errno == EWOULDBLOCK {
                try await Task.sleep(for: .milliseconds(20))
            } else {
                throw TestFailure("the answer ended without “\(mark)”: \(text)")
            }
        }
    }

    func ask(_ request: String) throws -> Reply {
        try write(request)
        return try reply()
    }
}
