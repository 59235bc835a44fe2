import Foundation
import Glibc
import Synchronization

/// Stands between a client and a server, and spoils connections.
package final class FaultProxy: Sendable {
    /// What becomes of one connection.
    package enum Fault: Sendable {
        case none
        /// Cut, by a reset, after so many bytes of requests.
        case cutUpload(after: Int)
        /// Closed after so many bytes of answers, as if that were all. (A reset would take with it what lies unread in
        /// the client's socket.)
        case cutDownload(after: Int)
        /// The request is taken whole, the server gets it, and its answer is kept back.
        case loseAnswer
        /// The request is answered with this, and the server never hears of it.
        case answer(status: Int, headers: [String] = [], body: String = "")
        /// A bit of the byte at this place of the requests is turned over.
        case spoilUpload(at: Int)
        /// A bit of the byte at this place of the answers is turned over.
        case spoilDownload(at: Int)
        /// Seconds of waiting after each 64 KiB of requests.
        case slowUpload(seconds: Double)
    }

    package struct Traffic: Sendable {
        package var connections = 0
        /// Bytes that the server has been sent.
        package var up = 0
        package var down = 0
    }

    private let listener: LocalListener
    private let server: Int
    private let fault: @Sendable (Int) -> Fault
    private let counted = Mutex(Traffic())

    package var port: Int { listener.port }
    package var traffic: Traffic { counted.withLock { $0 } }

    /// - Parameters:
    ///   - server: a port of this machine.
    ///   - fault: of the connection with this ordinal, counted from 0.
    package init(to server: Int, fault: @escaping @Sendable (Int) -> Fault) throws {
        listener = try LocalListener()
        self.server = server
        self.fault = fault
        let descriptor = listener.descriptor
        Thread.detachNewThread { [weak self] in
            while true {
                let client = accept(descriptor, nil, nil)
                guard client >= 0 else { return }
                guard let self else {
                    close(client)
                    return
                }
                Thread.detachNewThread { self.serve(client) }
            }
        }
    }

    package func stop() { shutdown(listener.descriptor, Int32(SHUT_RDWR)) }

    deinit { stop() }

    private func serve(_ client: Int32) {
        let ordinal = counted.withLock { counted in
            defer { counted.connections += 1 }
            return counted.connections
        }
        let fault = fault(ordinal)
        if case .answer(let status, let headers, let body) = fault { return refuse(client, status, headers, body) }
        let upstream = Self.connect(server)
        guard upstream >= 0 else {
            close(client)
            return
        }
        let ends = DispatchGroup()
        ends.enter()
        Thread.detachNewThread {
            self.pump(client, upstream, fault, isUp: true)
            ends.leave()
        }
        pump(upstream, client, fault, isUp: false)
        ends.wait()
        close(client)
        close(upstream)
    }

    private func pump(_ from: Int32, _ to: Int32, _ fault: Fault, isUp: Bool) {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        var total = 0
        while true {
            var count = recv(from, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            var isCut = false
            switch fault {
            case .cutUpload(let limit) where isUp && total + count >= limit,
                .cutDownload(let limit) where !isUp && total + count >= limit:
                count = max(limit - total, 0)
                isCut = true
            case .loseAnswer where !isUp:
                count = 0
                isCut = true
            case .spoilUpload(let place) where isUp && (total..<total + count).contains(place),
                .spoilDownload(let place) where !isUp && (total..<total + count).contains(place):
                buffer[place - total] ^= 1
            case .slowUpload(let seconds) where isUp: Thread.sleep(forTimeInterval: seconds)
            default: break
            }
            guard Self.sendAll(to, buffer, count) else { break }
            total += count
            counted.withLock { if isUp { $0.up += count } else { $0.down += count } }
            if isCut {
                if case .cutDownload = fault { break }
                Self.reset(from)
                Self.reset(to)
                break
            }
        }
        shutdown(to, Int32(SHUT_WR))
        if !isUp { shutdown(from, Int32(SHUT_RDWR)) }
    }

    /// Reads a request to its end before it is refused: else the answer might be lost with what nobody read.
    private func refuse(_ client: Int32, _ status: Int, _ headers: [String], _ body: String) {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let end = Array("\r\n\r\n".utf8)
        var missing: Int?
        while missing.map({ $0 > 0 }) ?? true {
            let count = recv(client, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            if let left = missing {
                missing = left - count
                continue
            }
            bytes += buffer[..<count]
            guard let place = bytes.indices.first(where: { bytes[$0...].starts(with: end) }) else { continue }
            let head = String(decoding: bytes[..<place], as: UTF8.self).lowercased()
            let length = head.firstMatch(of: /content-length: *(\d+)/).flatMap { Int($0.output.1) } ?? 0
            missing = length - (bytes.count - place - end.count)
        }
        let lines = ["HTTP/1.1 \(status) Answer", "Content-Length: \(body.utf8.count)", "Connection: close"] + headers
        let answer = Array((lines.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8)
        _ = Self.sendAll(client, answer, answer.count)
        shutdown(client, Int32(SHUT_WR))
        while recv(client, &buffer, buffer.count, 0) > 0 {}
        close(client)
    }

    private static func sendAll(_ to: Int32, _ bytes: [UInt8], _ count: Int) -> Bool {
        var offset = 0
        while offset < count {
            let sent = bytes.withUnsafeBytes { pointer in
                send(to, pointer.baseAddress.map { $0 + offset }, count - offset, Int32(MSG_NOSIGNAL))
            }
            guard sent > 0 else { return false }
            offset += sent
        }
        return true
    }

    /// So that whoever is at the other end gets an error and no end of the stream.
    private static func reset(_ descriptor: Int32) {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
        shutdown(descriptor, Int32(SHUT_RDWR))
    }

    private static func connect(_ port: Int) -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else {
            close(descriptor)
            return -1
        }
        return descriptor
    }
}
