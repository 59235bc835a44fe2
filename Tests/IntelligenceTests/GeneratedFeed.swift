import Domain
import Glibc
import TestSupport

/// Feeds of any size, written record by record.
enum GeneratedFeed {
    /// Writes a feed of at least `bytes` bytes in a source's published format.
    /// - Returns: its path and how many records it has.
    static func write(
        _ source: IntelligenceSource, bytes: Int, in folder: TestFolder
    ) throws -> (path: String, records: Int) {
        let path = "\(folder.path)/\(source.rawValue).json"
        guard let file = fopen(path, "w") else { throw TestFailure("\(path) cannot be written") }
        defer { fclose(file) }
        fputs(beginning(source), file)
        var written = 0
        var records = 0
        while written < bytes {
            let text = (records == 0 ? "" : ",\n") + record(source, number: records)
            fputs(text, file)
            written += text.utf8.count
            records += 1
        }
        fputs(end(source), file)
        return (path, records)
    }

    private static func beginning(_ source: IntelligenceSource) -> String {
        switch source {
        case .nvd: #"{"resultsPerPage":1,"format":"NVD_CVE","timestamp":"2026-01-01T00:00:00.000","vulnerabilities":["#
        case .debian: #"{"linux":{"#
        default: "["
        }
    }

    private static func end(_ source: IntelligenceSource) -> String {
        switch source {
        case .nvd: "]}"
        case .debian: "}}"
        default: "]"
        }
    }

    private static func record(_ source: IntelligenceSource, number: Int) -> String {
        let cve = "CVE-\(2000 + number % 27)-\(10_000 + number)"
        let words = String(repeating: "An attacker who can do one thing may do another. ", count: 4 + number % 9)
        switch source {
        case .nvd:
            let products = (0..<12).map {
                #"{"vulnerable":true,"criteria":"cpe:2.3:a:vendor:product_\#($0):*:*:*:*:*:*:*:*","versionEndExcluding":"\#($0).1"}"#
            }.joined(separator: ",")
            return #"""
                {"cve":{"id":"\#(cve)","published":"2024-01-01T00:00:00.000","lastModified":"2024-02-01T00:00:00.000",
                "vulnStatus":"Analyzed","descriptions":[{"lang":"en","value":"\#(words)"}],"metrics":{"cvssMetricV31":[
                {"type":"Primary","cvssData":{"vectorString":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}}]},
                "configurations":[{"nodes":[{"operator":"OR","negate":false,"cpeMatch":[\#(products)]}]}]}}
                """#
        case .debian:
            let releases = ["bookworm", "bullseye", "trixie", "sid"].map {
                #""\#($0)":{"status":"resolved","repositories":{"\#($0)":"6.1.1"},"fixed_version":"6.1.\#(number % 200)-1","urgency":"not yet assigned"}"#
            }.joined(separator: ",")
            return #""\#(cve)":{"description":"\#(words)","scope":"local","releases":{\#(releases)}}"#
        default:
            return #"""
                {"id":"GHSA-\#(number)","aliases":["\#(cve)"],"modified":"2024-02-01T00:00:00Z","details":"\#(words)",
                "affected":[{"package":{"ecosystem":"npm","name":"package-\#(number % 5000)"},"ranges":[{"type":"SEMVER",
                "events":[{"introduced":"0"},{"fixed":"1.\#(number % 100).0"}]}]}]}
                """#
        }
    }
}
