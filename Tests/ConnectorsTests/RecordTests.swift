import Connectors
import Foundation
import Testing

@Suite("Reading a vendor's record")
struct RecordTests {
    private func record(_ json: String) throws -> VendorRecord {
        let bytes = Array(json.utf8)
        return try VendorRecord(bytes, 0..<bytes.count)
    }

    @Test("null, nothing and the empty text are the same")
    func nothing() throws {
        let record = try record(#"{"null":null,"empty":"","list":null}"#)
        for key: StaticString in ["null", "empty", "absent"] { #expect(try record.text(key) == nil) }
        #expect(try record.texts("list") == [])
        #expect(try record.records("absent").isEmpty)
        #expect(try record.record("null") == nil)
    }

    @Test("values are read by their kind, and by the last of several equal keys")
    func values() throws {
        let record = try record(
            #" { "t" : "a\u00e9\n" , "n":-1.5e2, "i":42, "f":true,"l":["x",null,"","y"],"o":{"p":{"q":"deep"}},"t":"b" } "#
        )
        #expect(try record.text("t") == "b")
        #expect(try record.number("n") == -150)
        #expect(try record.integer("i") == 42)
        #expect(try record.flag("f") == true)
        #expect(try record.texts("l") == ["x", "y"])
        #expect(try record.record("o")?.record("p")?.text("q") == "deep")
        #expect(try record.recordsByKey("o").map(\.0) == ["p"])
    }

    @Test(
        "times have any fraction, and the year 1 is never",
        arguments: [
            ("2023-08-16T15:09:41Z", 1_692_198_581.0), ("2023-08-16T15:09:41.437087364Z", 1_692_198_581.437),
            ("2023-08-16T17:09:41.4+02:00", 1_692_198_581.4),
        ])
    func times(text: String, seconds: Double) throws {
        let date = try record("{\"d\":\"\(text)\"}").date("d")
        #expect(abs((date?.timeIntervalSince1970 ?? 0) - seconds) < 0.001)
        #expect(try record(#"{"d":"0001-01-01T00:00:00Z"}"#).date("d") == nil)
    }

    @Test("a value of another kind is refused with its path")
    func refusals() throws {
        let record = try record(#"{"a":{"b":[1],"c":"x","d":1.5,"e":"soon"}}"#)
        let inner = try #require(try record.record("a"))
        #expect(throws: FieldRefusal(field: "a.b", reason: "must be a string, not a list")) { try inner.text("b") }
        #expect(throws: FieldRefusal(field: "a.c", reason: "must be a number, not a string")) { try inner.number("c") }
        #expect(throws: FieldRefusal(field: "a.d", reason: "must be a whole number")) { try inner.integer("d") }
        #expect(throws: FieldRefusal(field: "a.z", reason: "is missing")) { try inner.requiredText("z") }
        #expect(throws: FieldRefusal.self) { try inner.date("e") }
        #expect(throws: FieldRefusal.self) { try inner.record("c") }
        #expect(throws: FieldRefusal.self) { try inner.texts("b") }
    }

    @Test("a text that is none harms only who asks for it")
    func badText() throws {
        let record = try record(#"{"bad":"\ud800","good":"x"}"#)
        #expect(try record.text("good") == "x")
        #expect(throws: FieldRefusal.self) { try record.text("bad") }
    }

    @Test(
        "what is no object is refused",
        arguments: ["", "[]", "17", "{", "{\"a\"", "{\"a\":}", "{\"a\":1,}", "{a:1}", "{\"a\":\"", "nul"])
    func noObjects(json: String) {
        #expect(throws: FieldRefusal.self) { try record(json) }
    }

    @Test("depth has an end")
    func depth() {
        let json = "{\"a\":" + String(repeating: "[", count: 5_000) + String(repeating: "]", count: 5_000) + "}"
        #expect(throws: FieldRefusal.self) { try record(json) }
    }

    @Test("damaged answers of real vendors are read or refused, and nothing else")
    func damage() throws {
        for name in ["devices_entities_v2", "spotlight_combined_vulnerabilities_v1", "zta_entities_v1"] {
            let whole = try fixture("crowdstrike/\(name).json")
            var random = SystemRandomNumberGenerator()
            for _ in 0..<300 {
                var bytes = whole
                for _ in 0..<3 { bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(in: 0...255) }
                bytes.removeLast(Int.random(in: 0..<40, using: &random))
                guard let page = try? VendorRecord(bytes, 0..<bytes.count) else { continue }
                for record in (try? page.records("resources")) ?? [] { _ = try? record.text("id") }
            }
        }
    }
}
