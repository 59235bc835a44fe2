import Domain
import Foundation
import TestRandomness

/// Feeds of a made-up world of few packages, in which every import touches some of them.
struct RematchFeeds {
    struct Feed {
        let source: IntelligenceSource
        let name: String
        let text: String
        /// A download is complete: what it lacks is taken out.
        var origin = "file"
    }

    private var dice: SeededRandom
    private var day = 0
    /// The records of the complete feed, by id.
    private var complete: [String: String] = [:]

    static let vulnerabilities = (1...14).map { "CVE-2024-20\($0 + 10)" }

    init(seed: UInt64) { dice = SeededRandom(seed: seed) }

    /// Advisories on every ecosystem there is.
    mutating func first() -> [Feed] {
        let records = Self.vulnerabilities.prefix(10).map { record(on: $0, of: $0.hasSuffix("5") ? .npm : .random) }
        return [osv(records), nvd(), epss()]
    }

    /// What an import brings: one of some kinds of change.
    mutating func next() -> Feed {
        day += 1
        switch Int.random(in: 0..<12, using: &dice) {
        case 0..<6: return osv((0...Int.random(in: 0...2, using: &dice)).map { _ in record(on: vulnerability()) })
        case 6: return kev()
        case 7: return epss()
        case 8: return nvd()
        case 9: return withdrawn()
        case 10: return download()
        default: return osv([record(on: vulnerability(), of: .module)])
        }
    }

    private enum Kind { case random, npm, module }

    private mutating func vulnerability() -> String { Self.vulnerabilities.randomElement(using: &dice) ?? "" }

    private var modified: String {
        Date(timeIntervalSince1970: 1_700_000_000 + Double(day) * 86_400).formatted(.iso8601)
    }

    private func osv(_ records: [String]) -> Feed {
        Feed(source: .osv, name: "osv.json", text: "[\(records.joined(separator: ",\n"))]")
    }

    private mutating func record(on cve: String, of kind: Kind = .random) -> String {
        let places = [
            ("Debian:12", "openssl", "3.0.\(Int.random(in: 10...14, using: &dice))-1~deb12u1"),
            ("Debian:12", "linux", "6.1.\(Int.random(in: 70...90, using: &dice))-1"),
            ("Debian:12", "requests", "2.28.\(Int.random(in: 0...3, using: &dice))+dfsg-1"),
            ("PyPI", "Requests", "2.\(Int.random(in: 27...31, using: &dice)).0"),
            ("npm", "lodash", "4.17.\(Int.random(in: 15...22, using: &dice))"),
            ("AlmaLinux:9", "bash", "5.1.\(Int.random(in: 4...9, using: &dice))-6.el9"),
        ]
        let module = (
            "AlmaLinux:9", "nodejs", "1:18.\(Int.random(in: 12...18, using: &dice)).0-1.module_el9.1.0+1+abc"
        )
        var chosen = [places.randomElement(using: &dice) ?? places[0]]
        if Int.random(in: 0..<3, using: &dice) == 0 { chosen.append(places.randomElement(using: &dice) ?? places[0]) }
        if case .npm = kind { chosen = [places[4], places[3]] }
        if case .module = kind { chosen = [module] }
        let title = chosen.contains { $0.1 == "nodejs" } ? "Important: nodejs:18 security update" : "A flaw"
        let affected = chosen.map { place in
            let fix = Int.random(in: 0..<4, using: &dice) == 0 ? "" : #", {"fixed": "\#(place.2)"}"#
            return #"""
                {"package": {"ecosystem": "\#(place.0)", "name": "\#(place.1)"},
                 "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}\#(fix)]}]}
                """#
        }
        let others = Int.random(in: 0..<4, using: &dice) == 0 ? [vulnerability()] : []
        let number = Int.random(in: 0...1, using: &dice)
        return #"""
            {"id": "X-\#(cve)-\#(number)", "upstream": [\#(Set([cve] + others).sorted().map { "\"\($0)\"" }.joined(separator: ","))],
             "summary": "\#(title)", "modified": "\#(modified)", "published": "2024-01-01T00:00:00Z",
             "severity": [{"type": "CVSS_V3", "score": "\#(vector())"}], "affected": [\#(affected.joined(separator: ","))]}
            """#
    }

    private mutating func withdrawn() -> Feed {
        let number = Int.random(in: 0...1, using: &dice)
        return osv([
            #"""
            {"id": "X-\#(vulnerability())-\#(number)", "modified": "\#(modified)", "withdrawn": "\#(modified)",
             "affected": [{"package": {"ecosystem": "npm", "name": "lodash"},
               "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}]}]}]}
            """#
        ])
    }

    /// The whole of a source: most of what it had, something new, something gone.
    private mutating func download() -> Feed {
        if let gone = complete.keys.sorted().randomElement(using: &dice), complete.count > 2 { complete[gone] = nil }
        for _ in 0..<(complete.isEmpty ? 5 : 1) {
            let cve = vulnerability()
            complete[cve] = #"""
                {"\#(cve)": {"releases": {"bookworm": {"status": "resolved", "fixed_version": \#
                "1.2.\#(Int.random(in: 10...14, using: &dice)).dfsg-1", "urgency": "medium"}}}}
                """#
        }
        let fields = complete.values.sorted().map { $0.dropFirst().dropLast() }
        return Feed(
            source: .debian, name: "debian.json", text: #"{"zlib": {\#(fields.joined(separator: ","))}}"#,
            origin: "download")
    }

    private mutating func kev() -> Feed {
        let entries = Set((0..<2).map { _ in vulnerability() }).sorted().map {
            #"""
            {"cveID": "\#($0)", "vendorProject": "V", "product": "P", "vulnerabilityName": "Exploited",
             "dateAdded": "2024-04-01", "shortDescription": "", "requiredAction": "Apply.", "dueDate": "2024-04-22",
             "knownRansomwareCampaignUse": "Unknown", "notes": ""}
            """#
        }
        return Feed(
            source: .kev, name: "kev.json",
            text: #"""
                {"title": "CISA Catalog of Known Exploited Vulnerabilities", "catalogVersion": "2024.05.\#(day)",
                 "dateReleased": "\#(modified)", "count": \#(entries.count), "vulnerabilities": [\#(entries.joined(separator: ","))]}
                """#, origin: "download")
    }

    private mutating func epss() -> Feed {
        let lines = Self.vulnerabilities.map { "\($0),0.\(Int.random(in: 1...9, using: &dice)),0.5" }
        return Feed(
            source: .epss, name: "epss.csv",
            text: """
                #model_version:v2023.03.01,score_date:\(modified.prefix(10))T00:00:00+0000
                cve,epss,percentile
                \(lines.joined(separator: "\n"))
                """)
    }

    private mutating func nvd() -> Feed {
        let cve = vulnerability()
        let status = Int.random(in: 0..<5, using: &dice) == 0 ? "Rejected" : "Analyzed"
        return Feed(
            source: .nvd, name: "nvd.json",
            text: #"""
                {"format": "NVD_CVE", "version": "2.0", "vulnerabilities": [{"cve": {"id": "\#(cve)",
                 "published": "2024-01-01T00:00:00.000", "lastModified": "\#(modified.dropLast()).000",
                 "vulnStatus": "\#(status)", "descriptions": [{"lang": "en", "value": "A flaw of day \#(day)"}],
                 "metrics": {"cvssMetricV31": [{"type": "Primary", "cvssData": {"vectorString": "\#(vector())"}}]},
                 "configurations": [{"nodes": [{"operator": "OR", "negate": false, "cpeMatch": [{"vulnerable": true,
                  "criteria": "cpe:2.3:a:acme:widget:*:*:*:*:*:*:*:*", "versionEndExcluding": "1.\#(day % 4)"}]}]}],
                 "references": []}}]}
                """#)
    }

    private mutating func vector() -> String {
        let levels = ["N", "L", "H"].shuffled(using: &dice)
        return "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:\(levels[0])/I:\(levels[1])/A:L"
    }
}
