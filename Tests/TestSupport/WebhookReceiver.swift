import Foundation
import Glibc
import Synchronization

/// A web server for one test that takes messages, on a free port of the loopback.
package final class WebhookReceiver: Sendable {
    package struct Message: Sendable {
        package let path: String
        /// By their names in lower case.
        package let headers: [String: String]
        package let body: [UInt8]

        package func json() throws -> [String: Any] {
            guard let object = try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any] else {
                throw TestFailure("no object: \(String(decoding: body, as: UTF8.self))")
            }
            return object
        }
    }

    package struct Answer: Sendable {
        let status: Int
        let headers: [String]
        /// Seconds before it is sent.
        let delay: Double

        package init(_ status: Int, headers: [String] = [], delay: Double = 0) {
            self.status = status
            self.headers = headers
            self.delay = delay
        }
    }

    private let listener: LocalListener
    private let received = Mutex<[Message]>([])
    private let answer: @Sendable (Int) -> Answer

    package var port: Int { listener.port }
    package var messages: [Message] { received.withLock { $0 } }

    /// - Parameter answer: to the message with this ordinal, counted from 0.
    package init(answer: @escaping @Sendable (Int) -> Answer = { _ in Answer(204) }) throws {
        listener = try LocalListener()
        self.answer = answer
        let descriptor = listener.descriptor
        Thread.detachNewThread { [weak self] in
            while true {
                let connection = accept(descriptor, nil, nil)
                guard connection >= 0 else { return }
                Thread.detachNewThread { [weak self] in
                    self?.serve(connection)
                    close(connection)
                }
            }
        }
    }

    /// Takes no more messages.
    package func stop() { shutdown(listener.descriptor, Int32(SHUT_RDWR)) }

    deinit { stop() }

    private func serve(_ connection: Int32) {
        guard let message = Self.read(connection) else { return }
        let ordinal = received.withLock { received in
            received.append(message)
            return received.count - 1
        }
        let answer = answer(ordinal)
        if answer.delay > 0 { Thread.sleep(forTimeInterval: answer.delay) }
        let head = ["HTTP/1.1 \(answer.status) Answer", "Content-Length: 0", "Connection: close"] + answer.headers
        let bytes = Array((head.joined(separator: "\r\n") + "\r\n\r\n").utf8)
        _ = send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    private static func read(_ connection: Int32) -> Message? {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return nil }
            bytes += buffer[..<count]
            if let message = parse(bytes) { return message }
        }
    }

    /// Nil while something is missing.
    private static func parse(_ bytes: [UInt8]) -> Message? {
        let end = Array("\r\n\r\n".utf8)
        guard let place = bytes.indices.first(where: { bytes[$0...].starts(with: end) }) else { return nil }
        let lines = String(decoding: bytes[..<place], as: UTF8.self).components(separatedBy: "\r\n")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let halves = line.split(separator: ":", maxSplits: 1)
            if halves.count == 2 { headers[halves[0].lowercased()] = halves[1].trimmingCharacters(in: .whitespaces) }
        }
        let body = bytes[(place + end.count)...]
        guard body.count >= headers["content-length"].flatMap({ Int($0) }) ?? 0 else { return nil }
        let words = lines[0].split(separator: " ")
        return Message(path: words.count > 1 ? String(words[1]) : "", headers: headers, body: Array(body))
    }
}
