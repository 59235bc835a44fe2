import Cluster
import Foundation
import Synchronization
import Testing

/// A relay before the server's socket that writes down what clients send.
final class WireTap: Sendable {
    private struct State {
        var messages: [FrontendMessage] = []
        var flights = 0
        var connections: [Int32] = []
        /// Connections below this number carry nothing any more.
        var firstAlive = 0
    }

    let url: String
    private let folder: String
    private let server: String
    private let listener: Int32
    private let state = Mutex(State())

    init(_ target: RawServer) throws {
        folder = "\(target.folder)/tap-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        server = "\(target.socketFolder)/.s.PGSQL.5432"
        url = ClusterLayout.connectionString(socketFolder: folder)
        listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        try #require(Self.withAddress("\(folder)/.s.PGSQL.5432") { bind(listener, $0, $1) } == 0)
        try #require(listen(listener, 64) == 0)
        Thread.detachNewThread { self.accept() }
    }

    /// The types of the messages since the last `clear`, in order: `BDES` is a prepared statement and a Sync.
    var types: String { state.withLock { String($0.messages.map(\.type)) } }
    var messages: [FrontendMessage] { state.withLock { $0.messages } }
    /// Packets, as they arrived, since the last `clear`.
    var flights: Int { state.withLock { $0.flights } }

    func clear() {
        state.withLock { state in
            state.messages = []
            state.flights = 0
        }
    }

    /// From now on the connections there are carry nothing, as if a cable had been pulled; new ones work.
    func freeze() { state.withLock { $0.firstAlive = $0.connections.count } }

    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        for descriptor in state.withLock({ $0.connections }) { shutdown(descriptor, Int32(SHUT_RDWR)) }
    }

    private func accept() {
        while case let client = Glibc.accept(listener, nil, nil), client >= 0 {
            let upstream = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
            guard Self.withAddress(server, { connect(upstream, $0, $1) }) == 0 else {
                close(client)
                continue
            }
            let number = state.withLock { state in
                state.connections.append(client)
                return state.connections.count - 1
            }
            Thread.detachNewThread { self.relay(number, from: client, to: upstream, isTapped: true) }
            Thread.detachNewThread { self.relay(number, from: upstream, to: client, isTapped: false) }
        }
    }

    private func relay(_ number: Int, from source: Int32, to sink: Int32, isTapped: Bool) {
        var parser = FrontendParser()
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = read(source, &buffer, buffer.count), count > 0 {
            let isAlive = state.withLock { number >= $0.firstAlive }
            if !isAlive { continue }
            if isTapped {
                let messages = parser.take(buffer[..<count])
                state.withLock { state in
                    state.messages += messages
                    state.flights += 1
                }
            }
            var rest = buffer[..<count]
            while !rest.isEmpty {
                let sent = rest.withUnsafeBytes { send(sink, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
                if sent <= 0 { break }
                rest = rest.dropFirst(sent)
            }
        }
        shutdown(sink, Int32(SHUT_RDWR))
    }

    private static func withAddress(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix(107)) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}

/// A message from client to server (PostgreSQL documentation, section 55.7).
struct FrontendMessage: Sendable {
    let type: Character
    let payload: [UInt8]

    /// The NUL-terminated strings a Parse message begins with: name and statement.
    var strings: [String] {
        payload.split(separator: 0, omittingEmptySubsequences: false).prefix(2).map {
            String(decoding: $0, as: UTF8.self)
        }
    }
}

private struct FrontendParser {
    private var pending: [UInt8] = []
    private var hasStarted = false

    mutating func take(_ bytes: ArraySlice<UInt8>) -> [FrontendMessage] {
        pending += bytes
        var messages: [FrontendMessage] = []
        while true {
            // Only the first message has no type byte.
            let header = hasStarted ? 1 : 0
            guard pending.count >= header + 4 else { return messages }
            let length = pending[header..<header + 4].reduce(0) { $0 << 8 | Int($1) }
            guard pending.count >= header + length else { return messages }
            if hasStarted {
                let type = Character(UnicodeScalar(pending[0]))
                messages.append(FrontendMessage(type: type, payload: Array(pending[5..<1 + length])))
            }
            hasStarted = true
            pending.removeFirst(header + length)
        }
    }
}
