import Postgres
import Testing

extension PostgresTests {
    @Suite("Cancelling a task")
    struct CancellationTests {
        @Test("ends its statement on the server, in the shared pool and in a transaction")
        func endsStatement() async throws {
            try await RawServer.current.connect { observer in
                try await RawServer.current.connect { database in
                    let shared = Task { try await database.query("SELECT pg_sleep(600) /* shared */") }
                    let leased = Task {
                        try await database.transaction { try await $0.query("SELECT pg_sleep(600) /* leased */") }
                    }
                    for (task, mark) in [(shared, "/* shared */"), (leased, "/* leased */")] {
                        try await eventually("it runs") { try await observer.running(mark) == 1 }
                        task.cancel()
                        let error = await #expect(throws: PostgresError.self) { try await task.value }
                        #expect(error?.kind == .cancelled)
                        #expect(try await observer.running(mark) == 0)
                    }
                    #expect(try await database.query("SELECT 1").int(0, 0) == 1)
                    try await database.transaction { try await $0.query("SELECT 1") }
                }
            }
        }

        @Test("the neighbours of a cancelled job in the pipeline get their answers")
        func sparesNeighbours() async throws {
            try await RawServer.current.connect { observer in
                try await RawServer.current.connect({
                    $0.pipelineDepth = 8; $0.patience = .seconds(60)
                }) { database in
                    let sleeper = Task { try await database.query("SELECT pg_sleep(600) /* first */") }
                    try await eventually("it runs") { try await observer.running("/* first */") == 1 }
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for number in 0..<5 {
                            group.addTask {
                                let rows = try await database.query("SELECT $1::int8", [.int(number)])
                                #expect(try rows.int(0, 0) == number)
                            }
                        }
                        try await Task.sleep(for: .milliseconds(50))
                        sleeper.cancel()
                        try await group.waitForAll()
                    }
                    let error = await #expect(throws: PostgresError.self) { try await sleeper.value }
                    #expect(error?.kind == .cancelled)
                }
            }
        }

        @Test("before its job was sent means that nothing happens")
        func withdrawsQueued() async throws {
            try await RawServer.current.connect { observer in
                try await RawServer.current.connect({ $0.pipelineDepth = 1 }) { database in
                    try await observer.query("CREATE TABLE cancel_queued (n int8)")
                    let sleeper = Task { try await database.query("SELECT pg_sleep(600) /* queue */") }
                    try await eventually("it runs") { try await observer.running("/* queue */") == 1 }
                    let queued = Task { try await database.query("INSERT INTO cancel_queued VALUES (1)") }
                    await Task.yield()
                    queued.cancel()
                    let error = await #expect(throws: PostgresError.self) { try await queued.value }
                    #expect(error?.kind == .cancelled)
                    sleeper.cancel()
                    await #expect(throws: PostgresError.self) { try await sleeper.value }
                    #expect(try await database.query("SELECT count(*) FROM cancel_queued").int(0, 0) == 0)
                }
            }
        }

        @Test("a task that is cancelled already is told so at once, every time")
        func refusesCancelledTasks() async throws {
            try await RawServer.current.connect({ $0.leasedConnections = 1 }) { database in
                await withTaskGroup(of: Void.self) { group in
                    for number in 0..<2_000 {
                        group.addTask {
                            let error = await #expect(throws: PostgresError.self) {
                                withUnsafeCurrentTask { $0?.cancel() }
                                if number.isMultiple(of: 2) {
                                    try await database.query("SELECT 1")
                                } else {
                                    try await database.transaction { try await $0.query("SELECT 1") }
                                }
                            }
                            #expect(error?.kind == .cancelled)
                        }
                    }
                }
                try await database.transaction { try await $0.query("SELECT 1") }
            }
        }

        @Test("while it waits for a connection gives up its place")
        func withdrawsLease() async throws {
            try await RawServer.current.connect({ $0.leasedConnections = 1 }) { database in
                try await database.withConnection { _ in
                    let waiting = Task { try await database.transaction { try await $0.query("SELECT 1") } }
                    await Task.yield()
                    waiting.cancel()
                    let error = await #expect(throws: PostgresError.self) { try await waiting.value }
                    #expect(error?.kind == .cancelled)
                }
                try await database.transaction { try await $0.query("SELECT 1") }
            }
        }

        @Test("in the middle of a transaction undoes it, and the connection is lent again")
        func rollsBack() async throws {
            try await RawServer.current.connect({ $0.leasedConnections = 1 }) { database in
                try await database.query("CREATE TABLE cancel_undone (n int8)")
                let task = Task {
                    try await database.transaction { connection in
                        try await connection.query("INSERT INTO cancel_undone VALUES (1)")
                        try await connection.query("SELECT pg_sleep(600) /* undone */")
                    }
                }
                try await eventually("it runs") { try await database.running("/* undone */") == 1 }
                task.cancel()
                await #expect(throws: PostgresError.self) { try await task.value }
                #expect(try await database.query("SELECT count(*) FROM cancel_undone").int(0, 0) == 0)
                try await database.transaction { try await $0.query("INSERT INTO cancel_undone VALUES (2)") }
                #expect(try await database.query("SELECT n FROM cancel_undone").int(0, 0) == 2)
            }
        }

        @Test("at random moments never loses an answer or harms another task")
        func survivesStorm() async throws {
            try await RawServer.current.connect({
                $0.connections = 2; $0.pipelineDepth = 4; $0.patience = .seconds(60)
            }) { database in
                await withTaskGroup(of: Void.self) { group in
                    for number in 0..<400 {
                        group.addTask {
                            let task = Task {
                                try await database.query("SELECT $1::int8, pg_sleep(0.002)", [.int(number)]).int(0, 0)
                            }
                            if number.isMultiple(of: 3) {
                                try? await Task.sleep(for: .microseconds(Int.random(in: 0...60_000)))
                                task.cancel()
                            }
                            let outcome = await task.result
                            switch outcome {
                            case .success(let answer): #expect(answer == number)
                            case .failure(let error):
                                #expect((error as? PostgresError)?.kind == .cancelled)
                                #expect(number.isMultiple(of: 3))
                            }
                        }
                    }
                }
            }
        }
    }
}
