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

    func ask(_ request: String) throws -> Reply {
        try write(request)
        return try reply()
    }
}
