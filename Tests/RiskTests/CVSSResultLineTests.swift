import Foundation
import Risk
import Testing

@Suite("What the cvss command prints")
struct CVSSResultLineTests {
    @Test("a scored vector, absent groups null")
    func scored() {
        let line = CVSS.resultLine(for: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H")
        #expect(line.isValid)
        let expected =
            #"{"vector":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H","version":"3.1","base_score":9.8,"#
            + #""temporal_score":null,"environmental_score":null,"score":9.8,"severity":"critical"}"#
        #expect(line.json == expected)
    }

    @Test("a score of 0 has severity none")
    func none() {
        let line = CVSS.resultLine(for: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N")
        #expect(line.json.contains(#""score":0.0,"severity":"none""#))
    }

    @Test("a refused text is JSON whatever bytes it holds", arguments: ["\"\\\n\r\t\u{0}\u{7F}\u{2028}é\u{FFFD}", ""])
    func refused(text: String) throws {
        let line = CVSS.resultLine(for: text)
        #expect(!line.isValid)
        #expect(!line.json.contains { $0.isNewline })
        let object = try #require(try JSONSerialization.jsonObject(with: Data(line.json.utf8)) as? [String: String])
        #expect(object["vector"] == text)
        #expect(object["error"]?.isEmpty == false)
    }
}
