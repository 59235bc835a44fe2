import Foundation
import Postgres
import Testing

extension PostgresTests {
    @Suite("No call blocks a thread of Swift's pool")
    struct NonBlockingTests {
        /// More than the pool has threads, by far.
        private static let many = ProcessInfo.processInfo.activeProcessorCount * 8

        /// Something that needs a free thread of the pool, and gets one only when none is blocked: with the
        /// pool full of waiting calls it would never end.
        private static func makeProgress() async {
            await withTaskGroup(of: Int.self) { group in
                for number in 0..<500 {
                    group.addTask {
                        await Task.yield()
                        return number
                    }
                }
                #expect(await group.reduce(0, +) == 124_750)
            }
        }

        @Test("while many times more statements sleep than there are threads, other tasks and queries go on")
        func statements() async throws {
            try await RawServer.current.connect { observer in
                try await RawServer.current.connect({
                    $0.connections = 4; $0.pipelineDepth = Self.many; $0.patience = .seconds(60)
                }) { database in
                    try await eventually("all four are open") { database.state.ready == 4 }
                    let sleepers = (0..<Self.many).map { _ in
                        Task { try await database.query("SELECT pg_sleep(600) /* many */") }
                    }
                    try await eventually("all four connections sleep") { try await observer.running("/* many */") == 4 }
                    await Self.makeProgress()
                    #expect(try await observer.query("SELECT 1").int(0, 0) == 1)
                    for sleeper in sleepers { sleeper.cancel() }
                    for sleeper in sleepers { await #expect(throws: PostgresError.self) { try await sleeper.value } }
                }
            }
        }

        @Test("while many transactions wait for a lock or a connection, other tasks and queries go on")
        func transactions() async throws {
            try await RawServer.current.connect({ $0.leasedConnections = 8 }) { database in
                try await database.withConnection { holder in
                    try await holder.query("SELECT pg_advisory_lock(77)")
                    let waiters = (0..<Self.many).map { _ in
                        Task {
                            try await database.transaction { try await $0.query("SELECT pg_advisory_xact_lock(77)") }
                        }
                    }
                    try await eventually("seven wait for the lock, the rest for a connection") {
                        try await database.sessions("wait_event_type = 'Lock'") == 7
                    }
                    await Self.makeProgress()
                    try await database.query("SELECT 1")
                    try await holder.query("SELECT pg_advisory_unlock(77)")
                    for waiter in waiters { _ = try await waiter.value }
                }
            }
        }

        @Test("while connections are made to a port that never answers, other tasks and queries go on")
        func blackHole() async throws {
            // A socket that accepts in the kernel's queue and nowhere else.
            let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(listener) }
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            var size = socklen_t(MemoryLayout<sockaddr_in>.size)
            let port = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address -> UInt16 in
                    guard bind(listener, address, size) == 0, listen(listener, 128) == 0,
                        getsockname(listener, address, &size) == 0
                    else { return 0 }
                    return pointer.pointee.sin_port.bigEndian
                }
            }
            try #require(port != 0)
            let server = try RawServer.current
            try await server.connect { database in
                let attempts = (0..<Self.many).map { _ in
                    Task {
                        _ = try await Database(
                            server.configuration {
                                $0.url = "host=127.0.0.1 port=\(port) dbname=x user=x sslmode=disable"
                                $0.connectTimeout = .seconds(3)
                            })
                    }
                }
                await Self.makeProgress()
                try await database.query("SELECT 1")
                for attempt in attempts {
                    let error = await #expect(throws: PostgresError.self) { try await attempt.value }
                    #expect(error?.kind == .connectionFailed)
                    #expect(error?.detail.contains("no answer within") == true)
                }
            }
        }
    }
}
