import API
import Domain
import Store
import Testing
import TestSupport

@Suite("Lists in pages", .database)
struct PagingTests {
    /// Follows the Link headers from the first page to the last, `between` pages doing something else.
    private func walk(
        _ api: TestAPI, _ target: String, key: String, between: () async throws -> Void = {}
    ) async throws -> [String] {
        var (keys, next) = ([String](), Optional(target))
        while let page = next {
            let reply = try await api.send("GET", page, token: api.database.a.tokens[.admin])
            #expect(reply.status == 200, "\(page): \(reply.text)")
            keys += try reply.json.elements.compactMap { row in
                row[key].map { $0.text ?? $0.integer.map(String.init) ?? "" }
            }
            next = reply.next
            if next != nil { try await between() }
        }
        return keys
    }

    @Test("walking all pages gives every endpoint once, in the order of the whole list")
    func walksOnce() async throws {
        let database = TestDatabase.current
        try await database.addEndpoints(7, in: database.a)
        try await database.addEndpoints(3, in: database.b)
        _ = try await database.store.app.query(
            "UPDATE endpoints SET last_seen = now() WHERE hostname IN ('host-1', 'host-4')", [], tenant: database.a.id)
        try await TestAPI.run { api in
            for sort in ["-risk_score", "hostname", "-last_seen", "id"] {
                let whole = try await api.send("GET", "/api/endpoints?sort=\(sort)", token: database.a.tokens[.viewer])
                let expected = try whole.json.elements.compactMap { $0["hostname"]?.text }
                #expect(Set(expected).count == 7 && whole["x-total-count"] == "7" && whole.next == nil)
                for limit in [1, 3, 5, 7, 1000] {
                    let walked = try await walk(api, "/api/endpoints?sort=\(sort)&limit=\(limit)", key: "hostname")
                    #expect(walked == expected, "\(sort) by \(limit)")
                }
            }
        }
    }

    @Test("endpoints that come, go and change while the pages are walked leave the others seen once")
    func walksWhileChanging() async throws {
        let database = TestDatabase.current
        try await database.addEndpoints(20, in: database.a)
        try await TestAPI.run { api in
            var round = 0
            let walked = try await walk(api, "/api/endpoints?sort=id&limit=3", key: "hostname") {
                round += 1
                try await database.addEndpoints(1, prefix: "late-\(round)", in: database.a)
                // What has been passed and what has not: both change in what other orders go by.
                _ = try await database.store.app.query(
                    """
                    UPDATE endpoints
                    SET risk_score = $1, last_seen = now()
                    WHERE hostname LIKE 'host-%'
                    """, [.float8(Double(round))], tenant: database.a.id)
                _ = try await database.store.app.query(
                    "DELETE FROM endpoints WHERE hostname = $1", [.text("late-\(round - 1)-0")], tenant: database.a.id)
                database.store.cache.invalidate(database.a.id)
            }
            #expect(walked.count == Set(walked).count, "an endpoint came twice: \(walked)")
            #expect(Set(walked).isSuperset(of: (0..<20).map { "host-\($0)" }))
        }
    }

    @Test("findings, users, tokens, software and audit events are walked the same way")
    func walksOtherLists() async throws {
        let database = TestDatabase.current
        let samples = try await RouteSamples.make(database, in: database.a, prefix: "alpha")
        let admin = database.a.tokens[.admin]
        try await TestAPI.run { api in
            for (path, key) in [
                ("/api/endpoints/\(samples.endpoint)/vulnerabilities", "cve_id"), ("/api/vulnerabilities", "cve_id"),
                ("/api/vulnerabilities?sort=-endpoints_affected", "cve_id"),
                ("/api/vulnerabilities?sort=-last_changed", "cve_id"),
                ("/api/vulnerabilities/\(SeedFeeds.exploited)/endpoints", "endpoint_id"), ("/api/users", "email"),
                ("/api/findings", "cve_id"), ("/api/findings?sort=due_at", "cve_id"), ("/api/exceptions", "id"),
                ("/api/policies/history?kind=exceptions", "version"),
                ("/api/tokens", "id"), ("/api/endpoints/\(samples.endpoint)/software", "name"),
                ("/api/audit-events", "sequence"),
            ] {
                let whole = try await api.send("GET", path, token: admin)
                let rows = try whole.json.elements
                #expect(!rows.isEmpty && whole["x-total-count"] == "\(rows.count)", "\(path): \(whole.text)")
                let expected = rows.compactMap { row in row[key].map { $0.text ?? "\($0.integer ?? 0)" } }
                let pages = path + (path.contains("?") ? "&limit=1" : "?limit=1")
                #expect(try await walk(api, pages, key: key) == expected, "\(path)")
            }
        }
    }

    @Test("the count is that of the filter, exactly, after every change")
    func counts() async throws {
        let database = TestDatabase.current
        try await database.addEndpoints(5, in: database.a)
        try await TestAPI.run { api in
            func total(_ query: String) async throws -> String? {
                try await api.send("GET", "/api/endpoints?limit=2\(query)", token: database.a.tokens[.viewer])[
                    "x-total-count"]
            }
            #expect(try await total("") == "5")
            #expect(try await total("&search=host-3") == "1")
            #expect(try await total("&hostname=host-3") == "1")
            #expect(try await total("&status=critical") == "0")
            try await database.addEndpoints(2, prefix: "more", in: database.a)
            #expect(try await total("") == "7")
            #expect(try await total("&search=host-3") == "1")
            try await database.addIntelligence()
            try await database.scan(database.a)
            #expect(try await total("&status=critical") == "7")
            #expect(try await total("&worst_severity=critical") == "7")
        }
    }

    private static let refusedQueries = [
        ("limit=0", "request.invalid_parameter", "limit"), ("limit=1001", "request.invalid_parameter", "limit"),
        ("limit=-1", "request.invalid_parameter", "limit"), ("limit=ten", "request.invalid_parameter", "limit"),
        ("limit=99999999999999999999", "request.invalid_parameter", "limit"),
        ("cursor=nonsense", "request.malformed_cursor", "cursor"),
        ("cursor=WyItcmlza19zY29yZSIsMV0", "request.malformed_cursor", "cursor"),
        ("cursor=WyItcmlza19zY29yZSIsIkFBQUEiXQ", "cursor.invalid", "cursor"),
        ("sort=hostname&cursor=WyItcmlza19zY29yZSIsIkFBQUEiXQ", "request.malformed_cursor", "cursor"),
        ("sort=colour", "request.invalid_parameter", "sort"),
        ("status=ill", "request.invalid_parameter", "status"),
        ("colour=red", "request.unknown_parameter", "colour"),
        ("limit=1&limit=2", "request.duplicate_parameter", "limit"),
        ("search=%00", "request.invalid_parameter", "search"),
        ("search=%zz", "request.invalid_parameter", "search"),
        ("search=%ff", "request.invalid_parameter", "search"),
        ("search=%e2%82", "request.invalid_parameter", "search"),
    ]

    @Test("limits outside 1 to 1000, foreign cursors and unknown parameters are refused, naming the parameter")
    func refuses() async throws {
        let database = TestDatabase.current
        try await TestAPI.run { api in
            for (query, problem, field) in Self.refusedQueries {
                let reply = try await api.send("GET", "/api/endpoints?\(query)", token: database.a.tokens[.viewer])
                #expect(reply.status == 400 && reply.problem == problem, "\(query): \(reply.text)")
                #expect(try reply.json["field"]?.text == field, "\(query)")
            }
        }
    }

    @Test("text with percent signs, underscores and quotes is looked for as it is")
    func searches() async throws {
        let database = TestDatabase.current
        for name in ["100%sure", "a_b", "o'brien", "ärger", "aXb"] {
            try await database.addEndpoints(1, prefix: name, in: database.a)
        }
        try await TestAPI.run { api in
            for (query, name) in [
                ("100%25s", "100%sure-0"), ("a_b", "a_b-0"), ("o%27brien", "o'brien-0"), ("%C3%A4rg", "ärger-0"),
                ("a%5Fb", "a_b-0"),
            ] {
                let reply = try await api.send(
                    "GET", "/api/endpoints?search=\(query)", token: database.a.tokens[.viewer])
                #expect(try reply.json.elements.compactMap { $0["hostname"]?.text } == [name], "\(query)")
            }
        }
    }

    @Test("a row of the list is the endpoint's own fields, byte for byte")
    func rowsAndDetails() async throws {
        let database = TestDatabase.current
        let ids = try await database.addEndpoints(2, prefix: "quo\"te\\é", in: database.a)
        _ = try await database.store.app.query(
            """
            UPDATE endpoints
            SET scanned_at = NULL, ip_address = NULL, os_name = NULL, risk_score = 33.3
            WHERE id = $1
            """, [.id(ids[0])], tenant: database.a.id)
        try await TestAPI.run { api in
            let token = database.a.tokens[.viewer]
            let list = try await api.send("GET", "/api/endpoints?sort=id", token: token)
            for row in try list.json.elements {
                let detail = try await api.send("GET", "/api/endpoints/\(row["id"]?.text ?? "")", token: token)
                #expect(detail.text.hasPrefix(String(decoding: row.jsonBytes().dropLast(), as: UTF8.self)))
                #expect(list.text.contains(String(decoding: row.jsonBytes(), as: UTF8.self)))
            }
        }
    }
}
