import API
import FoundationEssentials
import Glibc
import Testing
import TestSupport

@Suite("The API's document", .database)
struct OpenAPITests {
    private static let root = #filePath.split(separator: "/").dropLast(3).map { "/\($0)" }.joined()

    /// The document as the program serves it, a line a field so that differences can be read.
    private func document() throws -> (served: [UInt8], indented: String) {
        let catalogue = RouteCatalogue.api(TestAPI.dependencies(TestDatabase.current.store))
        let document = OpenAPIDocument(catalogue, version: "0")
        return (document.bytes, document.json.indented() + "\n")
    }

    @Test("docs/openapi.json is what the routes say")
    func drift() throws {
        let path = "\(Self.root)/docs/openapi.json"
        let text = try document().indented
        // For who has changed a route on purpose.
        if getenv("UPDATE_OPENAPI") != nil { try Data(text.utf8).write(to: URL(filePath: path)) }
        let kept = try String(contentsOfFile: path, encoding: .utf8)
        #expect(
            kept == text,
            "A route has changed. If that is meant: UPDATE_OPENAPI=1 swift test -c release --filter OpenAPITests")
    }

    @Test("the document is served as JSON that its own reader takes")
    func served() async throws {
        let database = TestDatabase.current
        try await TestAPI.run { api in
            let reply = try await api.send("GET", "/api/openapi.json")
            #expect(reply.status == 200 && reply["content-type"] == "application/json")
            let json = try reply.json
            #expect(json["openapi"]?.text == "3.1.0")
            for route in RouteCatalogue.api(TestAPI.dependencies(database.store)).routes {
                let operation = json["paths"]?[route.path]?[route.method.rawValue.lowercased()]
                #expect(operation?["operationId"]?.text == route.operationID, "\(route.path)")
            }
            let again = try await api.send(
                "GET", "/api/openapi.json", headers: ["If-None-Match: \(reply["etag"] ?? "")"])
            #expect(again.status == 304)
        }
    }

    @Test("the published routes are all there")
    func published() throws {
        let routes = Set(
            RouteCatalogue.api(TestAPI.dependencies(TestDatabase.current.store)).routes.map {
                "\($0.method.rawValue) \($0.path)"
            })
        let published: Set = [
            "GET /api/endpoints", "GET /api/endpoints/{id}", "POST /api/endpoints/scan",
            "GET /api/endpoints/{id}/vulnerabilities", "GET /api/vulnerabilities", "POST /api/vulnerabilities/scan",
            "GET /api/vulnerabilities/{cve_id}/endpoints", "GET /api/tasks/{id}", "GET /api/tasks/{id}/events",
        ]
        #expect(published.subtracting(routes) == [])
    }

    @Test("a validator of OpenAPI 3.1 that others wrote takes it", .blocking)
    func validates() throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        let path = try folder.write(String(decoding: document().served, as: UTF8.self), to: "openapi.json")
        let outcome = Self.run("\(Self.root)/scripts/validate-openapi", path)
        // 77 is the script's word for: the validator cannot be had here.
        if outcome == 77 { return print("The OpenAPI validator cannot be installed here; its test is skipped.") }
        #expect(outcome == 0)
    }

    private static func run(_ program: String, _ argument: String) -> Int32 {
        var words: [UnsafeMutablePointer<CChar>?] = [strdup(program), strdup(argument), nil]
        defer { for word in words { free(word) } }
        var pid = pid_t()
        guard posix_spawn(&pid, program, nil, nil, &words, environ) == 0 else { return -1 }
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
        return status & 0x7F == 0 ? (status >> 8) & 0xFF : -1
    }
}

extension JSONValue {
    /// The document with two spaces a level.
    fileprivate func indented(_ indent: String = "") -> String {
        let inner = indent + "  "
        func block(_ open: String, _ items: [String], _ close: String) -> String {
            items.isEmpty
                ? open + close : "\(open)\n\(items.map { inner + $0 }.joined(separator: ",\n"))\n\(indent)\(close)"
        }
        switch self {
        case .array(let elements): return block("[", elements.map { $0.indented(inner) }, "]")
        case .object(let fields):
            return block(
                "{",
                fields.map { field in
                    "\(String(decoding: JSONValue.string(field.name).jsonBytes(), as: UTF8.self)): \(field.value.indented(inner))"
                }, "}")
        default: return String(decoding: jsonBytes(), as: UTF8.self)
        }
    }
}
