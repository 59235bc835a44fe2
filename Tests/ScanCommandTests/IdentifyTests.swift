import Foundation
import TestSupport
import Testing

/// `garrison identify` on what osquery and EDRs report of real software, and on what must not be taken
/// for it: Fixtures/identify-corpus.tsv.
@Suite("Identifying reported software", .blocking)
struct IdentifyTests {
    private struct Case {
        let description: [String: String]
        /// `vendor:product`; nil where nothing is to be found.
        let expected: String?
    }

    private static func corpus() throws -> [Case] {
        let keys = ["source", "name", "version", "vendor", "bundle_identifier", "signer", "platform"]
        let text = try String(contentsOfFile: Fixture.path("identify-corpus.tsv"), encoding: .utf8)
        return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            let pairs = zip(keys, fields).filter { !$0.1.isEmpty }
            return Case(
                description: Dictionary(uniqueKeysWithValues: pairs), expected: fields[7] == "-" ? nil : fields[7])
        }
    }

    private func identify(_ descriptions: [[String: String]]) throws -> [[String: Any]] {
        let lines = try descriptions.map { try JSONSerialization.data(withJSONObject: $0) }
        let outcome = try Program.run(
            garrison: ["identify", "-"], input: Data(lines.joined(separator: Data("\n".utf8))))
        #expect(outcome.status == 0 && outcome.complaints.isEmpty)
        return try outcome.lines.map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
    }

    @Test("over 95 % of real software is named right, and nothing is named wrong")
    func corpus() throws {
        let cases = try Self.corpus()
        let results = try identify(cases.map(\.description))
        #expect(results.count == cases.count)
        var (right, wanted) = (0, 0)
        for (one, result) in zip(cases, results) {
            let cpe = (result["cpe"] as? String)?.replacing("\\:", with: "")
            let found = cpe.map { $0.split(separator: ":")[3...4].joined(separator: ":") }
            if one.expected != nil { wanted += 1 }
            if found == one.expected, one.expected != nil { right += 1 }
            #expect(found == nil || found == one.expected, "\(one.description)")
        }
        #expect(wanted >= 90)
        #expect(Double(right) / Double(wanted) > 0.95, "\(right) of \(wanted)")
    }

    @Test("an identity tells its names, its confidence and its evidence")
    func identity() throws {
        let result = try #require(
            try identify([
                ["name": "Docker.app", "version": "4.38.0", "bundle_identifier": "com.docker.docker", "source": "apps"]
            ]).first)
        #expect(result["cpe"] as? String == "cpe:2.3:a:docker:docker_desktop:4.38.0:*:*:*:*:*:*:*")
        #expect(result["purl"] is NSNull && result["confidence"] as? Double ?? 0 > 0.8)
        #expect(result["evidence"] as? [String] == ["the name “Docker.app”", "the bundle id com.docker.docker"])
    }

    @Test("a registry's package has its package URL")
    func registry() throws {
        let results = try identify([
            ["name": "Zope_Interface", "version": "7.2", "source": "python_packages"],
            ["name": "@babel/core", "version": "7.26.0", "source": "npm_packages"],
        ])
        #expect(
            results.map { $0["purl"] as? String } == ["pkg:pypi/zope-interface@7.2", "pkg:npm/%40babel/core@7.26.0"])
    }

    @Test("a name alone is a candidate, with the reason")
    func candidates() throws {
        let result = try #require(try identify([["name": "Bolt", "version": "5.1"]]).first)
        #expect(result["cpe"] is NSNull)
        #expect((result["candidates"] as? [String])?.contains("cpe:2.3:a:boltcms:bolt:5.1:*:*:*:*:*:*:*") == true)
        #expect(result["reason"] as? String == "Only the name speaks for it; a name alone is no identity.")
    }

    @Test("a line that is no object is answered in its place, and the exit code says so")
    func malformed() throws {
        let outcome = try Program.run(
            garrison: ["identify", "-"], input: Data("nonsense\n{\"name\":\"Bolt\",\"version\":\"1\"}\n".utf8))
        #expect(outcome.status == 1 && outcome.lines.count == 2 && outcome.complaints.contains("line 1"))
    }
}

/// `garrison scan --why`.
@Suite("Explaining why something is or is not reported", .blocking)
struct WhyCommandTests {
    private func why(_ vulnerability: String, _ package: String) throws -> [[String: Any]] {
        let outcome = try Program.run(garrison: [
            "scan", "--dpkg-status", Fixture.path("debian-12-year-old.status"), "--distro", "debian:12", "--intel",
            BundledIndex.path, "--why", vulnerability, package,
        ])
        #expect(outcome.status == 0)
        return try #require(try outcome.json() as? [[String: Any]])
    }

    @Test("each failing condition has its code and its sentence")
    func conditions() throws {
        for (vulnerability, package, code) in [
            ("CVE-1999-99999", "gnupg", "vulnerability.unknown"),
            ("CVE-2024-3094", "no-such-package", "package.not_installed"),
        ] {
            let reason = try #require(try why(vulnerability, package).first)
            #expect(reason["code"] as? String == code && reason["is_reported"] as? Bool == false)
            #expect((reason["sentence"] as? String)?.hasSuffix(".") == true)
        }
    }

    @Test("a statement of --vex that hides a finding is told in its place, and none where nothing is reported")
    func statements() throws {
        try Scratch.with { folder in
            let file = folder.appendingPathComponent("vex.json")
            try Data(
                #"""
                {"@id": "urn:vex", "author": "Example Inc.", "timestamp": "2026-01-01T00:00:00Z", "statements": [
                  {"vulnerability": {"name": "CVE-2025-68973"}, "products": ["pkg:deb/debian/gnupg"],
                   "status": "not_affected", "justification": "vulnerable_code_not_in_execute_path"}]}
                """#.utf8
            ).write(to: file)
            let command = [
                "scan", "--distro", "debian:12", "--intel", BundledIndex.path, "--vex", file.path, "--why",
                "CVE-2025-68973", "gnupg", "--dpkg-status",
            ]
            let old = try Program.run(garrison: command + [Fixture.path("debian-12-year-old.status")])
            let reason = try #require((try old.json() as? [[String: Any]])?.first)
            #expect(reason["code"] as? String == "disposition.vex" && reason["is_reported"] as? Bool == false)
            #expect(
                reason["sentence"] as? String
                    == "Affected, and set aside by a VEX statement of Example Inc.: not_affected (vulnerable_code_not_in_execute_path)."
            )
            let new = try Program.run(garrison: command + [Fixture.path("debian-12-newest.status")])
            #expect((try new.json() as? [[String: Any]])?.first?["code"] as? String == "version.fixed")
        }
    }

    @Test("--why without a package is wrong usage")
    func usage() throws {
        let outcome = try Program.run(garrison: [
            "scan", "--dpkg-status", "-", "--distro", "debian:12", "--why", "CVE-2024-3094",
        ])
        #expect(outcome.status == 2 && outcome.complaints.contains("--why takes a vulnerability and a package"))
    }
}
