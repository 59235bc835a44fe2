import Risk
import Testing

@Suite("Texts that are not CVSS vectors are refused with the reason")
struct CVSSRefusalTests {
    static let v3 = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
    static let v4 = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"

    @Test(
        arguments: [
            ("", CVSSError.empty),
            ("   ", .empty),
            ("/", .malformedMetric("")),
            ("()", .malformedMetric("")),
            ("(", .malformedMetric("(")),
            ("AV:N//C:P", .malformedMetric("")),
            (v3 + "/", .malformedMetric("")),
            (v3 + "/MAC", .malformedMetric("MAC")),
            (v3 + "/:X", .malformedMetric(":X")),
            (v3 + "/E:", .unknownValue("", metric: "E", version: "3.1")),
            (v3 + "/AV:N", .duplicateMetric("AV")),
            (v3 + "/Au:N", .unknownMetric("Au", version: "3.1")),
            (v3 + "/E:POC", .unknownValue("POC", metric: "E", version: "3.1")),
            (v3 + "/E:XXXXXXXXXXXXXXXX", .unknownValue("XXXXXXXXXXXXXXXX", metric: "E", version: "3.1")),
            (v3.replacing("/S:U", with: ""), .missingMetric("S", version: "3.1")),
            (v3.replacing("3.1", with: "3.2"), .unknownVersion("3.2")),
            ("cvss:3.1/AV:N", .unknownMetric("cvss", version: "2.0")),
            ("CVSS:3.1", .malformedMetric("")),
            (v4 + "/MSC:S", .unknownValue("S", metric: "MSC", version: "4.0")),
            (v4 + "/CR:H/E:A", .wrongOrder("E", after: "CR")),
            (v4.replacing("/AT:N", with: ""), .missingMetric("AT", version: "4.0")),
            ("AV:N/AC:L/Au:N/C:P/I:P", .missingMetric("A", version: "2.0")),
        ] as [(String, CVSSError)])
    func refused(vector: String, reason: CVSSError) {
        #expect(throws: reason) { try CVSS.parse(vector) }
    }

    @Test("a vector of a million bytes is refused unread")
    func huge() {
        #expect(throws: CVSSError.tooLong(1_000_000)) { try CVSS.parse(String(repeating: "A", count: 1_000_000)) }
    }

    @Test("every reason has a stable code and a sentence, free of control characters")
    func reasons() {
        let vector = Self.v3 + "/E:\u{1B}[31m" + String(repeating: "x", count: 300)
        let error = #expect(throws: CVSSError.self) { try CVSS.parse(vector) }
        #expect(error?.code == "cvss.unknown_value")
        #expect(error?.message.contains("\u{1B}") == false)
        #expect(error.map { $0.message.count < 120 } == true)
    }
}
