import Domain

/// The addresses at which the sources publish.
public enum FeedCatalogue {
    /// All feeds that an update fetches, in the order in which they are to be loaded.
    /// - Parameters:
    ///   - year: the current one: NVD has a feed for each since 2002.
    ///   - ecosystems: OSV's, by the names of its folders.
    public static func published(
        year: Int, nvdSince: Int = 2002, ecosystems: [String] = standardEcosystems
    ) -> [FeedLocation] {
        threats + [debian, cve, ubuntu, redhat] + alpine + microsoft + apple + ecosystems.map(osv)
            + nvd(nvdSince, year)
    }

    /// What an update does not fetch unless it is asked for: each has several hundred MB and changes daily.
    public static let large: Set<IntelligenceSource> = [.cve, .ubuntu, .redhat]

    /// Those for which Garrison reads inventories. OSV's Debian and Ubuntu archives are not among them: the
    /// first repeats the Debian tracker without its states, the second is larger than all others together.
    public static let standardEcosystems = [
        "AlmaLinux", "Rocky Linux", "Alpine", "npm", "PyPI", "Go", "Maven", "RubyGems", "crates.io", "NuGet",
        "Packagist",
    ]

    private static let threats = [
        FeedLocation(
            source: .kev,
            url: "https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json",
            fileName: "kev.json", licence: "CC0 1.0 (CISA)"),
        FeedLocation(
            source: .epss, url: "https://epss.empiricalsecurity.com/epss_scores-current.csv.gz",
            fileName: "epss.csv.gz", licence: "free use with attribution (FIRST.org EPSS)"),
        FeedLocation(
            source: .exploitDB,
            url: "https://gitlab.com/exploit-database/exploitdb/-/raw/main/files_exploits.csv",
            fileName: "files_exploits.csv", licence: "ids only, which are facts (Exploit-DB, OffSec)"),
    ]

    private static let debian = FeedLocation(
        source: .debian, url: "https://security-tracker.debian.org/tracker/data/json",
        fileName: "debian-tracker.json", licence: "facts collected by the Debian security team")

    private static let cve = FeedLocation(
        source: .cve, url: "https://github.com/CVEProject/cvelistV5/archive/refs/heads/main.zip",
        fileName: "cvelist.zip", licence: "CVE terms of use; CISA's parts CC0 1.0", refreshAfter: .seconds(86_400))

    private static let ubuntu = FeedLocation(
        source: .ubuntu, url: "https://osv-vulnerabilities.storage.googleapis.com/Ubuntu/all.zip",
        fileName: "ubuntu-osv.zip", licence: "CC BY-SA 4.0 (Canonical)", refreshAfter: .seconds(86_400))

    private static let redhat = FeedLocation(
        source: .redhat, url: "\(csaf)/vex.tar.zst", fileName: "redhat-vex.tar.zst", licence: "CC BY 4.0 (Red Hat)",
        refreshAfter: .seconds(86_400), pointerURL: "\(csaf)/archive_latest.txt")

    private static let csaf = "https://security.access.redhat.com/data/csaf/v2/vex"

    /// A file for each release and repository; those of releases that are not out yet are not there yet.
    private static let alpine = (["edge"] + (10...26).map { "v3.\($0)" }).flatMap { release in
        ["main", "community"].map { repository in
            FeedLocation(
                source: .alpine, url: "https://secdb.alpinelinux.org/\(release)/\(repository).json",
                fileName: "alpine-\(release)-\(repository).json", licence: "facts collected by Alpine Linux",
                isOptional: true)
        }
    }

    private static let microsoft = [
        FeedLocation(
            source: .msrc, url: "https://api.msrc.microsoft.com/cvrf/v3.0/updates", fileName: "msrc-updates.json",
            licence: "facts published by Microsoft (MSRC)", accept: "application/json", isList: true)
    ]

    private static let apple = ["macos", "ios"].map { system in
        FeedLocation(
            source: .apple, name: "apple-\(system)", url: "https://sofafeed.macadmins.io/v2/\(system)_data_feed.json",
            fileName: "apple-\(system).json", licence: "Apache-2.0 (Mac Admins Open Source, SOFA)")
    }

    private static func osv(_ ecosystem: String) -> FeedLocation {
        let name = "osv-" + ecosystem.lowercased().map { $0.isLetter || $0.isNumber ? String($0) : "-" }.joined()
        return FeedLocation(
            source: .osv, name: name,
            url: "https://osv-vulnerabilities.storage.googleapis.com/\(percentEncoded(ecosystem))/all.zip",
            fileName: "\(name).zip", licence: "by publisher: google.github.io/osv.dev/data")
    }

    /// A feed for each year, which changes little, and one for what changed within eight days.
    private static func nvd(_ first: Int, _ current: Int) -> [FeedLocation] {
        let years = first <= current ? (first...current).map(String.init) : []
        return (years + ["modified"]).map { part in
            let url = "https://nvd.nist.gov/feeds/json/cve/2.0/nvdcve-2.0-\(part)"
            return FeedLocation(
                source: .nvd, url: "\(url).json.gz", fileName: "nvdcve-2.0-\(part).json.gz",
                licence: "public domain (NVD, US government)", checksumURL: "\(url).meta",
                refreshAfter: part == "modified" ? nil : .seconds(6 * 86_400), isPart: part == "modified")
        }
    }

    static func percentEncoded(_ name: String) -> String {
        name.utf8.reduce(into: "") { text, byte in
            let isUnreserved =
                JSONByte.isDigit(byte) || (byte < 0x80 && (byte | 0x20) &- 0x61 < 26)
                || [0x2D, 0x2E, 0x5F].contains(byte)
            text += isUnreserved ? String(UnicodeScalar(byte)) : "%" + hexadecimal([byte]).uppercased()
        }
    }
}
