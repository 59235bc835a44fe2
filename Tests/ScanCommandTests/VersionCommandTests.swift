import Domain
import Foundation
import TestSupport
import Testing

@Suite("garrison compare-versions, cvss and cpe-match", .blocking)
struct VersionCommandTests {
    private func compare(_ arguments: [String], input: String = "") throws -> Program.Ended {
        try Program.run(garrison: ["compare-versions", "--ecosystem"] + arguments, input: Data(input.utf8))
    }

    @Test("two versions give one sign", arguments: [("1.0~rc1-1", "<"), ("1.0-1", "="), ("1:0", ">")])
    func pair(_ version: String, _ sign: String) throws {
        let outcome = try compare(["deb", version, "1.0-1"])
        #expect(outcome.text == "\(sign)\n" && outcome.status == 0 && outcome.complaints.isEmpty)
    }

    @Test("a file of pairs gives a line for each, in order, whatever its line ends")
    func file() throws {
        let outcome = try compare(["semver", "--tsv", "-"], input: "1.0.0\t1.0.1\r\n2.0.0\t1.0.0\r\n1.0.0+a\t1.0.0+b")
        #expect(outcome.text == "<\n>\n=\n" && outcome.status == 0)
    }

    @Test("an empty line and a line without a tab are answered too, so that lines stay side by side")
    func emptyLines() throws {
        let outcome = try compare(["deb", "--tsv", "-"], input: "1\t2\n\n1\n2\t1\tmore\n")
        #expect(outcome.text == "<\n!\n!\n>\n" && outcome.status == 1)
        #expect(outcome.complaints.contains("line 2:") && outcome.complaints.contains("line 3:"))
    }

    @Test("what is no version prints ! and the reason, and the exit code is 1", arguments: VersionScheme.allCases)
    func unparsable(_ scheme: VersionScheme) throws {
        // To RubyGems nothing at all is version 0.
        let outcome = try compare([scheme.rawValue, scheme == .gem ? "1.0 ?" : "", "1.0"])
        #expect(outcome.text == "!\n" && outcome.status == 1)
        #expect(outcome.complaints.contains("is not a \(scheme.rawValue) version: it "))
    }

    @Test("a range prints true or false, for one version or a file of them")
    func ranges() throws {
        #expect(try compare(["npm", "--satisfies", "^1.2", "1.9.0"]).text == "true\n")
        #expect(try compare(["npm", "--satisfies", "^1.2", "2.0.0"]).text == "false\n")
        let many = try compare(["maven", "--satisfies", "[1.0,2.0)", "--tsv", "-"], input: "1.0\n2.0\n1.5-rc1\n")
        #expect(many.text == "true\nfalse\ntrue\n" && many.status == 0)
        let malformed = try compare(["maven", "--satisfies", "[1.0", "1.0"])
        #expect(malformed.text == "!\n" && malformed.status == 1 && malformed.complaints.contains("[1.0"))
    }

    @Test("an unknown ecosystem and a wrong number of versions are wrong usage")
    func usage() throws {
        #expect(try compare(["cobol", "1", "2"]).status == 2)
        #expect(try compare(["deb", "1"]).status == 2)
        #expect(try compare(["deb", "1", "2", "3"]).status == 2)
        #expect(try compare(["deb", "--tsv", "-", "1"]).status == 2)
        #expect(try compare(["deb", "--tsv", "/no/such/file"]).status == 1)
    }

    @Test("vectors give an object a line, malformed ones an error in their place")
    func scores() throws {
        let vectors = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H\r\n\nAV:N/AC:L/Au:N/C:P/I:P/A:P\nCVSS:4.0/AV:N\n"
        let outcome = try Program.run(garrison: ["cvss", "--file", "-"], input: Data(vectors.utf8))
        #expect(outcome.status == 1)
        let objects = try outcome.lines.map {
            try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
        #expect(objects.map { $0["score"] as? Double } == [9.8, nil, 7.5, nil])
        #expect(objects.map { $0["error"] != nil } == [false, true, false, true])
        let keys: Set = [
            "vector", "version", "base_score", "temporal_score", "environmental_score", "score", "severity",
        ]
        #expect(Set(objects[0].keys) == keys)
        #expect(Set(objects[1].keys) == ["vector", "error"])
    }

    @Test(
        "two names give their relation",
        arguments: [
            ("cpe:2.3:a:b:c:1:*:*:*:*:*:*:*", "cpe:/a:b:c:1", "equal"),
            ("cpe:2.3:a:b:c:*:*:*:*:*:*:*:*", "cpe:2.3:a:b:c:1:*:*:*:*:*:*:*", "superset"),
            ("cpe:2.3:a:b:c:1:*:*:*:*:*:*:*", "cpe:2.3:a:b:c:2:*:*:*:*:*:*:*", "disjoint"),
        ])
    func names(_ source: String, _ target: String, _ relation: String) throws {
        let outcome = try Program.run(garrison: ["cpe-match", source, target])
        #expect(outcome.text == "\(relation)\n" && outcome.status == 0)
        #expect(try Program.run(garrison: ["cpe-match", source, "cpe:nothing"]).status == 1)
    }
}
