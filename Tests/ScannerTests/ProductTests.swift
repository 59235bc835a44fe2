import Domain
import Scanner
import Testing

/// NVD's record of one configuration.
func product(
    _ id: String, _ configurations: Applicability...
) -> IntelligenceRecord {
    .advisory(Advisory(id: id, source: .nvd, vulnerabilities: [id], applicability: configurations))
}

func node(_ products: ProductRange..., operator: Applicability.Operator = .or, negated: Bool = false)
    -> Applicability.Node
{
    Applicability.Node(operator: `operator`, isNegated: negated, products: products)
}

/// `a:docker:desktop` with the fields from the version on.
func range(
    _ key: String, _ rest: String = "*:*:*:*:*:*:*:*", vulnerable: Bool = true, from: String? = nil,
    after: String? = nil,
    to: String? = nil, below: String? = nil
) -> ProductRange {
    ProductRange(
        criteria: "cpe:2.3:\(key):\(rest)", isVulnerable: vulnerable, startIncluding: from, startExcluding: after,
        endIncluding: to, endExcluding: below)
}

func app(_ name: String, _ version: String, vendor: String? = "Acme Inc.", cpe: String? = nil) -> InstalledPackage {
    InstalledPackage(type: "application", name: name, version: version, vendor: vendor, cpe: cpe)
}

let mac = Ecosystem(family: "macos", release: "15.2")
let windows = Ecosystem(family: "windows")
let windowsEleven = InstalledPackage(
    type: InstalledPackage.windowsType, name: "Windows 11 Version 23H2 for x64-based Systems",
    version: "10.0.22631.3007")

@Suite("Products that NVD's configurations name")
struct ProductTests {
    private let tool = "a:acme:tool"

    private func isAffected(
        _ version: String, _ configuration: Applicability..., on system: Ecosystem = mac,
        with others: [InstalledPackage] = []
    ) -> Bool {
        let records = [
            IntelligenceRecord.advisory(
                Advisory(id: "CVE-1", source: .nvd, vulnerabilities: ["CVE-1"], applicability: configuration))
        ]
        return scan([app("Tool", version)] + others, with: records, on: system).findings.contains {
            $0.packages == ["Tool"]
        }
    }

    @Test(
        "bounds are inclusive or exclusive as they say",
        arguments: [
            ("1.0", true, false, true, true), ("1.5", true, true, true, true), ("2.0", true, true, false, true),
            ("2.1", false, false, false, false), ("0.9", false, false, true, true), ("2.0.0", true, true, false, true),
        ])
    func bounds(_ version: String, _ closed: Bool, _ after: Bool, _ below: Bool, _ to: Bool) {
        #expect(isAffected(version, Applicability(nodes: [node(range(tool, from: "1.0", to: "2.0"))])) == closed)
        #expect(isAffected(version, Applicability(nodes: [node(range(tool, after: "1.0", to: "2.0"))])) == after)
        #expect(isAffected(version, Applicability(nodes: [node(range(tool, below: "2.0"))])) == below)
        #expect(isAffected(version, Applicability(nodes: [node(range(tool, to: "2.0"))])) == to)
    }

    @Test(
        "without bounds the name's own version and update count, wildcards included",
        arguments: [
            ("8.5:*", "8.5", true), ("8.5:*", "8.5p1", true), ("8.5:-", "8.5", true), ("8.5:-", "8.5p1", false),
            ("8.5:p1", "8.5p1", true), ("8.5:p1", "8.5", false), ("8.5:p1", "8.5p2", false),
            ("2.0:beta9", "2.0-beta9", true),
            ("6.*:*", "6.0.1", true), ("6.*:*", "7.0", false), ("6.?:*", "6.1", true), ("6.?:*", "6.10", false),
            ("*:*", "anything", true), ("-:*", "1.0", false), ("1.0.2k:*", "1.0.2k", true),
            ("1.0.2k:*", "1.0.2", false),
            (#"1.0\+2:*"#, "1.0+2", true),
        ])
    func exact(_ fields: String, _ installed: String, _ expected: Bool) {
        let configuration = Applicability(nodes: [node(range(tool, "\(fields):*:*:*:*:*:*"))])
        #expect(isAffected(installed, configuration) == expected)
    }

    @Test("an application on a system is vulnerable there and nowhere else")
    func runningOn() {
        let configuration = Applicability(
            operator: .and,
            nodes: [
                node(range(tool, below: "2.0")),
                node(range("o:microsoft:windows", "-:*:*:*:*:*:*:*", vulnerable: false)),
            ])
        #expect(isAffected("1.0", configuration, on: windows))
        #expect(!isAffected("1.0", configuration, on: mac))
        let eleven = Applicability(
            operator: .and,
            nodes: [
                node(range(tool, below: "2.0")),
                node(
                    range("o:microsoft:windows_10", vulnerable: false),
                    range("o:microsoft:windows_11", vulnerable: false)),
            ])
        #expect(isAffected("1.0", eleven, on: windows, with: [windowsEleven]))
        #expect(!isAffected("1.0", eleven, on: bookworm))
    }

    @Test("with other software: there, there in another version, not there, negated")
    func together() {
        let plugin = Applicability(
            operator: .and,
            nodes: [node(range(tool, below: "2.0")), node(range("a:acme:host", vulnerable: false, below: "5"))])
        #expect(isAffected("1.0", plugin, with: [app("Host", "4.0")]))
        #expect(!isAffected("1.0", plugin, with: [app("Host", "5.0")]))
        #expect(!isAffected("1.0", plugin))
        let without = Applicability(
            operator: .and,
            nodes: [node(range(tool, below: "2.0")), node(range("a:acme:host", vulnerable: false), negated: true)])
        #expect(isAffected("1.0", without))
        #expect(!isAffected("1.0", without, with: [app("Host", "4.0")]))
    }

    @Test("hardware that no inventory names leaves it undecided; what is negated as a whole is no product")
    func undecided() {
        let firmware = Applicability(
            operator: .and,
            nodes: [node(range(tool, below: "2.0")), node(range("h:acme:box", "-:*:*:*:*:*:*:*", vulnerable: false))])
        let report = scan([app("Tool", "1.0")], with: [product("CVE-1", firmware)], on: mac)
        #expect(report.findings.isEmpty && report.indeterminate.map(\.id) == ["CVE-1"])
        #expect(!isAffected("1.0", Applicability(isNegated: true, nodes: [node(range(tool))])))
    }

    @Test("the target software must agree; an edition that the inventory does not tell excludes nothing")
    func targets() {
        func name(_ target: String, edition: String = "*") -> Applicability {
            Applicability(nodes: [node(range(tool, "*:*:*:*:\(edition):\(target):*:*", below: "2.0"))])
        }
        #expect(isAffected("1.0", name("macos")) && !isAffected("1.0", name("windows")))
        #expect(isAffected("1.0", name("windows"), on: windows))
        #expect(!isAffected("1.0", name("wordpress")) && !isAffected("1.0", name("android")))
        #expect(isAffected("1.0", name("*", edition: "enterprise")))
    }

    @Test("a package of a distribution is never matched by NVD's ranges, nor is a registry's")
    func registries() {
        let record = product("CVE-1", Applicability(nodes: [node(range("a:gnupg:gnupg", below: "3"))]))
        let packages = [deb("gnupg", "2.2.40-1"), InstalledPackage(type: "npm", name: "gnupg", version: "1.0")]
        #expect(scan(packages, with: [record, advisory("CVE-9", "gnupg", [fixed("0")])]).findings.isEmpty)
    }

    @Test("a CPE name that the reporter gives is believed; a name alone is not")
    func identity() {
        let record = product("CVE-1", Applicability(nodes: [node(range("a:boltcms:bolt", below: "5"))]))
        let given = app("Something", "4.0", vendor: nil, cpe: "cpe:2.3:a:boltcms:bolt:4.0:*:*:*:*:*:*:*")
        #expect(scan([given], with: [record], on: mac).findings.map(\.id) == ["CVE-1"])
        let bolt = scan([app("Bolt", "4.0", vendor: "Logitech")], with: [record], on: mac)
        #expect(bolt.findings.isEmpty && bolt.coverage.unmatched.map(\.name) == ["Bolt"])
        #expect(bolt.coverage.unmatched[0].candidates == ["cpe:2.3:a:boltcms:bolt:4.0:*:*:*:*:*:*:*"])
        #expect(bolt.notes.map(\.kind) == [.coverage] && bolt.coverage.percent == 0)
    }

    @Test("the CVE list fills what NVD leaves open; what NVD has looked at, it decides")
    func gaps() {
        func cve(_ id: String, _ rest: String = "*:*:*:*:*:*:*:*", below end: String) -> IntelligenceRecord {
            let node = Applicability.Node(products: [range(tool, rest, below: end)])
            return .advisory(
                Advisory(id: id, source: .cve, vulnerabilities: [id], applicability: [Applicability(nodes: [node])]))
        }
        let nvd = product("CVE-1", Applicability(nodes: [node(range(tool, below: "1.0"))]))
        let records = [nvd, cve("CVE-1", below: "9.0"), cve("CVE-2", below: "2.0")]
        let report = scan([app("Tool", "1.5")], with: records, on: mac)
        #expect(report.findings.map(\.id) == ["CVE-2"])
        #expect(report.findings.map(\.explanation.source) == [.cve])
        // A name made of words serves what is known by that name, and makes nothing known.
        let words = cve("CVE-3", "*:*:*:*:*:*:*:words", below: "2.0")
        let worded = scan([app("Tool", "1.5")], with: [nvd, words], on: mac)
        #expect(worded.findings.map(\.id) == ["CVE-3"])
        #expect(worded.findings[0].explanation.notes.last == "the record names vendor and product in words")
        let alone = scan([app("Tool", "1.5")], with: [words], on: mac)
        #expect(alone.findings.isEmpty && alone.coverage.unmatched.count == 1)
    }

    @Test(
        "a version with the name before it is compared by its numbers",
        arguments: [
            ("Tool 2.4", true), ("Tool 2.6", false), ("Tool 2.6 (64-bit)", false), ("The Tool 2.4 (64-bit)", true),
            ("2.4", true),
        ])
    func namedVersion(_ version: String, _ isFound: Bool) {
        #expect(isAffected(version, Applicability(nodes: [node(range(tool, below: "2.5"))])) == isFound)
    }

    @Test("an unknown version is a state of its own")
    func unknownVersion() {
        let record = product("CVE-1", Applicability(nodes: [node(range(tool, below: "2.0"))]))
        let report = scan([app("Tool", "unknown")], with: [record], on: mac)
        #expect(report.findings.isEmpty && report.indeterminate.map(\.packages) == [["Tool"]])
        #expect(report.indeterminate[0].id == nil)
    }

    @Test("the explanation names record, range, comparison and what it holds together with")
    func explanation() throws {
        let configuration = Applicability(
            operator: .and,
            nodes: [
                node(range(tool, "*:*:*:*:pro:macos:*:*", after: "1.0", below: "2.0")),
                node(range("o:apple:macos", "-:*:*:*:*:*:*:*", vulnerable: false)),
            ])
        let why = try #require(
            scan([app("Tool", "1.5")], with: [product("CVE-1", configuration)], on: mac).findings.first
        ).explanation
        #expect(why.records == ["nvd CVE-1"] && why.ecosystem == "cpe" && why.package == "a:acme:tool")
        #expect(why.range == "introduced after 1.0, fixed 2.0" && why.comparison == "1.0 < 1.5 < 2.0")
        #expect(
            why.notes == [
                "identified by the name “Tool”, the vendor “Acme Inc.”", "software edition: pro",
                "target software: macos", "running with apple macos",
            ])
    }
}
