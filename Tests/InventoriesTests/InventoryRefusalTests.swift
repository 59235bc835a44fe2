import Domain
import Foundation
import Inventories
import Testing

@Suite("A bad inventory is refused with the place and the reason")
struct InventoryRefusalTests {
    private func error(_ text: String, limits: DocumentLimits = .standard) throws -> DocumentError {
        let error = #expect(throws: DocumentError.self) {
            try InventoryReader.inventory(Data(text.utf8), limits: limits)
        }
        return try #require(error)
    }

    @Test(
        "wrong content names its field",
        arguments: [
            (#"{"hostname":1,"os":{"id":"a"}}"#, "hostname"),
            (#"{"os":{"id":"a"}}"#, "hostname"),
            (#"{"hostname":"","os":{"id":"a"}}"#, "hostname"),
            (#"{"hostname":"a"}"#, "os"),
            (#"{"hostname":"a","os":{"name":"x"}}"#, "os.id"),
            (#"{"hostname":"a\u0000b","os":{"id":"a"}}"#, "hostname"),
            (#"{"hostname":"a","os":{"id":"a"},"collected_at":"yesterday"}"#, "collected_at"),
            (
                #"{"hostname":"a","os":{"id":"a"},"packages":[{"type":"deb","name":"a","version":"1"},{"type":"deb","name":"b"}]}"#,
                "packages[1].version"
            ),
            (#"{"hostname":"a","os":{"id":"a"},"packages":{}}"#, "packages"),
            (
                #"{"hostname":"a","os":{"id":"a"},"network":{"interfaces":[{"name":"e","addresses":["192.0.2.1",2]}]}}"#,
                "network.interfaces[0].addresses[1]"
            ),
            (
                #"{"hostname":"a","os":{"id":"a"},"network":{"interfaces":[{"name":"e","addresses":["192.0.2.1/24"]}]}}"#,
                "network.interfaces[0].addresses[0]"
            ),
            (
                #"{"hostname":"a","os":{"id":"a"},"network":{"interfaces":[{"name":"e","mac":"02:42:ac:11:00"}]}}"#,
                "network.interfaces[0].mac"
            ),
            (#"{"hostname":"a","os":{"id":"a"},"settings":{"x":true}}"#, "settings.x"),
            (#"{"hostname":"a","os":{"id":"a"},"kernel":{}}"#, "kernel.release"),
        ])
    func namesField(text: String, field: String) throws {
        guard case .invalid(_, field, _) = try error(text) else {
            Issue.record("\(try error(text)) does not name \(field)")
            return
        }
    }

    @Test("a syntax error names its line and column")
    func namesPosition() throws {
        let text = "{\"hostname\": \"a\",\n \"os\": {\"id\": \"debian\"},\n \"packages\": [{]}"
        #expect(try error(text) == .malformed(TextPosition(line: 3, column: 16), reason: "expected a key"))
    }

    @Test(
        "what is no JSON is malformed or truncated",
        arguments: [
            "{", "[", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":\"", "{\"a\":\"\\", "{a:1}", "{\"a\":01}", "{\"a\":1.}",
            "{\"a\":.5}", "{\"a\":+1}", "{\"a\":1e}", "{\"a\":tru}", "{\"a\":\"\\x\"}", "{\"a\":\"\\ud800\"}",
            "{\"a\":\"\u{1}\"}", "{\"a\":1,}", "{,}", "{\"a\" 1}", "{\"hostname\":\"\\ud800x\",\"os\":{\"id\":\"a\"}}",
            "{\"hostname\":\"a\",\"os\":{\"id\":\"a\"}} x", "{\"hostname\":\"\\u12g4\"}",
        ])
    func notJSON(text: String) throws {
        switch try error(text) {
        case .malformed, .truncated, .invalid: break
        case let other: Issue.record("\(other)")
        }
    }

    @Test("invalid UTF-8 is malformed")
    func notUTF8() {
        let bytes = Data(#"{"hostname":"a"#.utf8) + [0xFF] + Data(#"","os":{"id":"a"}}"#.utf8)
        #expect(throws: DocumentError.self) { try InventoryReader.inventory(bytes) }
    }

    @Test(
        "another major version is refused by name",
        arguments: ["garrison.inventory/2", "other/1", "garrison.inventory"])
    func otherSchema(schema: String) throws {
        #expect(try error(#"{"schema":"\#(schema)","hostname":"a","os":{"id":"a"}}"#) == .schema(found: schema))
    }

    @Test("nothing at all, XML and a list are told apart")
    func otherInputs() throws {
        #expect(try error("") == .empty)
        #expect(try error(" \n") == .empty)
        guard case .unsupported = try error("<bom/>") else { throw DocumentError.empty }
        guard case .invalid = try error("[]") else { throw DocumentError.empty }
    }

    @Test("limits are kept")
    func limits() throws {
        let package = #"{"type":"deb","name":"a","version":"1"}"#
        let two = #"{"hostname":"a","os":{"id":"a"},"packages":[\#(package),\#(package)]}"#
        #expect(try error(two, limits: DocumentLimits(packages: 1)) == .tooMany("packages", limit: 1))
        #expect(try error(two, limits: DocumentLimits(documentBytes: 50)) == .tooLarge(limit: 50))
        let long = #"{"hostname":"\#(String(repeating: "a", count: 2_000))","os":{"id":"a"}}"#
        #expect(try error(long).message.contains("longer than 1024 bytes"))
    }

    @Test("a thousand times nested document is refused, not followed")
    func depth() throws {
        for text in [String(repeating: "[", count: 100_000), String(repeating: #"{"a":"#, count: 100_000)] {
            guard case .malformed = try error(#"{"x":"# + text) else { throw DocumentError.empty }
        }
    }

    @Test("messages are sentences")
    func messages() throws {
        #expect(
            try error(#"{"hostname":7,"os":{"id":"a"}}"#).message
                == "The field hostname at line 1, column 13 must be a string, not a number.")
    }
}
