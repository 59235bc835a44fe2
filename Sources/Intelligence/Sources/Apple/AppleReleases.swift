import Domain
import FoundationEssentials
import Versions

/// The releases of a feed, and what each line of a system fixed when.
struct AppleReleases {
    private var releases: [AppleRelease] = []

    private static let most = 20_000

    /// `{"OSVersion": "Sequoia 15", "SecurityReleases": […]}`.
    mutating func take(line reader: JSONReader, _ summary: inout FeedSummary) throws {
        var found: [AppleRelease] = []
        var product = ""
        try reader.object { key in
            switch key {
            case "Latest":
                guard try reader.peek() == .object else { return }
                try reader.object { if $0 == "ProductName" { product = try reader.stringOrSkip() ?? "" } }
            case "SecurityReleases":
                try reader.array {
                    var release = AppleRelease()
                    _ = try reader.attempt {
                        try reader.object { try release.take(feed: $0, reader) }
                        return .rejected("", "")
                    }
                    found.append(release)
                }
            default: break
            }
        }
        for release in found { add(release, systems: Self.systems(release.name, product: product), &summary) }
    }

    /// An entry of the list of all releases.
    mutating func take(release reader: JSONReader, _ summary: inout FeedSummary) throws {
        var release = AppleRelease()
        _ = try reader.attempt {
            try reader.object { try release.take(list: $0, reader) }
            return .rejected("", "")
        }
        let isPhone = release.system == "ios"
        add(release, systems: isPhone ? Self.systems(release.name, product: "") : [release.system], &summary)
    }

    /// One release may be of two systems: `iOS 18.7.8 and iPadOS 18.7.8`.
    private static func systems(_ name: String, product: String) -> [String] {
        let words = (name + " " + (name.isEmpty ? product : "")).lowercased()
        return OperatingSystem.appleSystems.sorted().filter { words.contains($0) }
    }

    private mutating func add(_ release: AppleRelease, systems: [String], _ summary: inout FeedSummary) {
        if release.vulnerabilities.isEmpty { return summary.setAside("releases without vulnerabilities") }
        let version = Self.version(release)
        guard !version.isEmpty else { return summary.setAside("releases without a version") }
        let known = systems.filter { OperatingSystem.appleSystems.contains($0) }
        if known.isEmpty { return summary.setAside("releases of other products") }
        for system in known where releases.count < Self.most {
            var copy = release
            copy.system = system
            copy.version = version
            releases.append(copy)
        }
    }

    /// A Rapid Security Response has a letter behind the version, in its name where not in its version.
    private static func version(_ release: AppleRelease) -> String {
        guard release.version.first?.isNumber == true, release.version.utf8.count < 40 else { return "" }
        if release.version.contains("(") { return release.version }
        let letter = release.name.split(separator: " ").last.flatMap { word in
            word.count == 3 && word.first == "(" && word.last == ")" ? String(word) : nil
        }
        return letter.map { "\(release.version) \($0)" } ?? release.version
    }

    /// In the order of their systems and versions; each vulnerability once in a line.
    consuming func advisories(_ summary: inout FeedSummary) -> [Advisory] {
        let sorted = releases.sorted { left, right in
            if left.system != right.system { return left.system < right.system }
            return Versions.compare(
                AppleVersion.comparable(left.version), AppleVersion.comparable(right.version), scheme: .generic)
                == .less
        }
        var seen: Set<String> = []
        var advisories: [Advisory] = []
        for release in sorted {
            let ecosystem = Ecosystem(family: release.system, release: release.version)
            let new = release.vulnerabilities.filter { seen.insert("\(ecosystem) \($0)").inserted }
            summary.setAside("vulnerabilities named again", count: release.vulnerabilities.count - new.count)
            for (isExploited, ids) in [
                (true, new.filter(release.exploited.contains)), (false, new.filter { !release.exploited.contains($0) }),
            ]
            where !ids.isEmpty {
                advisories.append(Self.advisory(release, ecosystem, ids, isExploited: isExploited))
            }
        }
        return advisories
    }

    private static func advisory(
        _ release: AppleRelease, _ ecosystem: Ecosystem, _ ids: [String], isExploited: Bool
    ) -> Advisory {
        let affected = AffectedPackage(
            ecosystem: ecosystem, name: release.system,
            ranges: [VersionRange(introduced: "0", fixed: AppleVersion.comparable(release.version))],
            urgency: isExploited ? "exploited" : nil)
        let id = "\(release.system) \(release.version)"
        return Advisory(
            id: isExploited ? "\(id) exploited" : id, source: .apple, vulnerabilities: ids, title: release.name,
            published: release.released, modified: release.released, affected: [affected],
            references: release.link.map { [$0] } ?? [])
    }
}
