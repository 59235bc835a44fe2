import Domain

/// Where a source publishes its feed.
public struct FeedLocation: Sendable, Hashable {
    public var source: IntelligenceSource
    public var url: String
    /// The name of the file that it is kept as.
    public var fileName: String

    public init(source: IntelligenceSource, url: String, fileName: String) {
        self.source = source
        self.url = url
        self.fileName = fileName
    }

    /// The published addresses. OSV publishes archives, which are imported by hand once unpacked.
    public static let published = [
        FeedLocation(
            source: .kev,
            url: "https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json",
            fileName: "kev.json"),
        FeedLocation(
            source: .epss, url: "https://epss.empiricalsecurity.com/epss_scores-current.csv.gz",
            fileName: "epss.csv.gz"),
        FeedLocation(
            source: .debian, url: "https://security-tracker.debian.org/tracker/data/json",
            fileName: "debian-tracker.json"),
        FeedLocation(
            source: .exploitDB,
            url: "https://gitlab.com/exploit-database/exploitdb/-/raw/main/files_exploits.csv",
            fileName: "files_exploits.csv"),
        FeedLocation(
            source: .nvd, url: "https://nvd.nist.gov/feeds/json/cve/2.0/nvdcve-2.0-modified.json.gz",
            fileName: "nvdcve-2.0-modified.json.gz"),
    ]
}
