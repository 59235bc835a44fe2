import Postgres
import Testing

extension PostgresTests {
    @Suite("LISTEN and NOTIFY")
    struct NotificationTests {
        @Test("a subscriber hears that it is subscribed, then every message in order")
        func delivers() async throws {
            try await RawServer.current.connect { database in
                var events = database.listen("news").makeAsyncIterator()
                #expect(await events.next() == .subscribed)
                for number in 0..<100 {
                    try await database.query("SELECT pg_notify('news', $1)", [.text("message \(number)")])
                }
                try await database.query("NOTIFY news")
                for number in 0..<100 { #expect(await events.next() == .message("message \(number)")) }
                #expect(await events.next() == .message(""))
            }
        }

        @Test("each subscriber of a channel hears all of it, and nothing of other channels")
        func separatesChannels() async throws {
            try await RawServer.current.connect { database in
                var streams = [
                    database.listen("one").makeAsyncIterator(), database.listen("one").makeAsyncIterator(),
                    database.listen("two").makeAsyncIterator(),
                ]
                for index in streams.indices { #expect(await streams[index].next() == .subscribed) }
                try await database.run([Statement("NOTIFY one, 'a'"), Statement("NOTIFY two, 'b'")])
                #expect(await streams[0].next() == .message("a"))
                #expect(await streams[1].next() == .message("a"))
                #expect(await streams[2].next() == .message("b"))
            }
        }

        @Test("a channel's name may be anything", arguments: ["Upper", "with blank", "with\"quote", "ünï", "select"])
        func quotes(channel: String) async throws {
            try await RawServer.current.connect { database in
                var events = database.listen(channel).makeAsyncIterator()
                #expect(await events.next() == .subscribed)
                try await database.query("SELECT pg_notify($1, 'x')", [.text(channel)])
                #expect(await events.next() == .message("x"))
            }
        }

        @Test("after the connection is lost it is made anew, and the subscriber told of both")
        func resubscribes() async throws {
            try await RawServer.current.connect { database in
                var events = database.listen("lasting").makeAsyncIterator()
                #expect(await events.next() == .subscribed)
                for round in 0..<2 {
                    try await database.terminate("LISTEN \"lasting\"")
                    #expect(await events.next() == .interrupted)
                    #expect(await events.next() == .subscribed)
                    try await database.query("SELECT pg_notify('lasting', $1)", [.text("\(round)")])
                    #expect(await events.next() == .message("\(round)"))
                }
            }
        }

        @Test("who unsubscribes and comes back at once hears everything again")
        func comesBack() async throws {
            try await RawServer.current.connect { database in
                for round in 0..<20 {
                    do {
                        var events = database.listen("revolving").makeAsyncIterator()
                        #expect(await events.next() == .subscribed)
                    }
                    var events = database.listen("revolving").makeAsyncIterator()
                    #expect(await events.next() == .subscribed)
                    try await database.query("SELECT pg_notify('revolving', $1)", [.text("\(round)")])
                    #expect(await events.next(after: .subscribed) == .message("\(round)"))
                }
            }
        }

        @Test("a stream that is given up is unsubscribed on the server")
        func unsubscribes() async throws {
            try await RawServer.current.connect { database in
                let task = Task { for await _ in database.listen("brief") {} }
                try await eventually("it listens") {
                    try await database.sessions("query = 'LISTEN \"brief\"' AND state = 'idle'") == 1
                }
                task.cancel()
                try await eventually("it has stopped listening") {
                    try await database.sessions("query = 'UNLISTEN \"brief\"' AND state = 'idle'") == 1
                }
            }
        }

        @Test("closing the database ends the streams")
        func ends() async throws {
            let database = try await Database(try RawServer.current.configuration())
            var events = database.listen("ending").makeAsyncIterator()
            #expect(await events.next() == .subscribed)
            await database.close()
            #expect(await events.next() == nil)
            var late = database.listen("ending").makeAsyncIterator()
            #expect(await late.next() == nil)
        }
    }
}

extension AsyncStream<Notification>.Iterator {
    /// The next event that is not `ignored`.
    mutating func next(after ignored: Notification) async -> Notification? {
        while let event = await next() {
            if event != ignored { return event }
        }
        return nil
    }
}
