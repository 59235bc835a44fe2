import Presentation
import Testing

/// CVSS vectors in words.
@Suite("CVSS in words")
struct VectorWordsTests {
    @Test(
        "metrics and values are spelled out after each version's specification",
        arguments: [
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:H/I:L/A:N", "Attack vector", "network"),
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:H/I:L/A:N", "Scope", "changed"),
            ("CVSS:3.0/AV:N/AC:L/PR:N/UI:R/S:C/C:H/I:L/A:N/MAV:L", "Modified attack vector", "local"),
            (
                "CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:A/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N", "Attack requirements", "present"
            ),
            (
                "CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:A/VC:H/VI:N/VA:N/SC:N/SI:S/SA:N", "Integrity, subsequent systems",
                "safety"
            ),
            ("AV:N/AC:M/Au:S/C:P/I:C/A:N", "Authentication", "single"),
            ("(AV:N/AC:M/Au:S/C:P/I:C/A:N)", "Integrity", "complete"),
        ])
    func words(_ vector: String, _ metric: String, _ value: String) {
        #expect(CVSSWords.decode(vector).contains { $0.metric == metric && $0.value == value })
    }

    @Test(
        "what is not defined is left out, what is unknown stands as it is, and nothing traps",
        arguments: [
            ("CVSS:3.1/AV:N/E:X", 1), ("AV:N/E:ND", 1), ("CVSS:9.9/ZZ:top", 1), ("", 0), ("////", 0), (":", 0),
            ("CVSS:3.1/M:N", 1),
        ])
    func rest(_ vector: String, _ count: Int) { #expect(CVSSWords.decode(vector).count == count) }
}
