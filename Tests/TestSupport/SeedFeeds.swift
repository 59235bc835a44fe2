import Domain

/// A few records in their sources' own formats: four vulnerabilities of Debian 12 packages, from
/// exploited and critical to low, one of them without a fix.
package enum SeedFeeds {
    package struct Feed: Sendable {
        package let name: String
        package let source: IntelligenceSource
        package let text: String
    }

    package static let exploited = "CVE-2024-1001"
    package static let high = "CVE-2024-1002"
    package static let unfixed = "CVE-2024-1003"
    package static let low = "CVE-2024-1004"

    package static let all = [
        Feed(name: "osv.json", source: .osv, text: "[\n\(records.joined(separator: ",\n"))\n]"),
        Feed(name: "kev.json", source: .kev, text: kev),
        Feed(name: "epss.csv", source: .epss, text: epss),
    ]

    private static let records = [
        osv(
            exploited, "openssl", fixed: "3.0.13-1~deb12u1", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
            "Remote code execution in TLS"),
        osv(
            high, "curl", fixed: "7.88.1-10+deb12u6", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N",
            "Cookies sent to another host"),
        osv(
            unfixed, "zlib", fixed: nil, "CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:L/I:L/A:L",
            "Overflow in a rarely used function"),
        osv(
            low, "bash", fixed: "5.2.15-3", "CVSS:3.1/AV:L/AC:H/PR:L/UI:R/S:U/C:L/I:N/A:N",
            "History file readable for a moment"),
    ]

    private static func osv(_ cve: String, _ package: String, fixed: String?, _ vector: String, _ title: String)
        -> String
    {
        let end = fixed.map { #", {"fixed": "\#($0)"}"# } ?? ""
        return #"""
            {"id": "DEBIAN-\#(cve)", "upstream": ["\#(cve)"], "summary": "\#(title)", "details": "\#(title).",
             "published": "2024-02-01T00:00:00Z", "modified": "2024-03-01T00:00:00Z",
             "severity": [{"type": "CVSS_V3", "score": "\#(vector)"}],
             "affected": [{"package": {"ecosystem": "Debian:12", "name": "\#(package)"},
               "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}\#(end)]}]}]}
            """#
    }

    private static let kev = #"""
        {"title": "CISA Catalog of Known Exploited Vulnerabilities", "catalogVersion": "2024.05.01",
         "dateReleased": "2024-05-01T00:00:00.0000Z", "count": 1,
         "vulnerabilities": [{"cveID": "\#(exploited)", "vendorProject": "OpenSSL", "product": "OpenSSL",
           "vulnerabilityName": "OpenSSL Remote Code Execution Vulnerability", "dateAdded": "2024-04-01",
           "shortDescription": "Remote code execution.", "requiredAction": "Apply updates.", "dueDate": "2024-04-22",
           "knownRansomwareCampaignUse": "Known", "notes": ""}]}
        """#

    private static let epss = """
        #model_version:v2023.03.01,score_date:2024-05-01T00:00:00+0000
        cve,epss,percentile
        \(exploited),0.94,0.998
        \(high),0.12,0.9
        \(unfixed),0.0005,0.2
        \(low),0.0004,0.1
        """
}
