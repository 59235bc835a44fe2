import Domain

/// Ubuntu's OSV records: `UBUNTU-CVE-…`, one for each CVE with what is fixed or not in every release, and the
/// notices `USN-…` and `LSN-…`. https://documentation.ubuntu.com/security/security-updates/osv/
public struct UbuntuImporter: FeedImporter {
    public static var source: IntelligenceSource { .ubuntu }

    public init() {}

    public func read(_ input: any ByteSource, emit: (IntelligenceRecord) throws -> Void) throws -> FeedSummary {
        var summary = try OSVImporter().read(input) { record in
            guard case .advisory(let advisory) = record else { return try emit(record) }
            try emit(.advisory(Self.owned(advisory)))
        }
        summary.source = .ubuntu
        summary.format = "Ubuntu OSV"
        return summary
    }

    /// The ids of Ubuntu's records.
    static func isID(_ id: String) -> Bool { ["UBUNTU-CVE-", "USN-", "LSN-"].contains { id.hasPrefix($0) } }

    private static func owned(_ advisory: Advisory) -> Advisory {
        var advisory = advisory
        advisory.source = .ubuntu
        advisory.affected = merged(advisory.affected)
        return advisory
    }

    /// A release's entry and the one of its paid support (`Ubuntu:Pro:…`) are of one system. A build that has the
    /// fix of either is not affected; where only the paid one has a fix, that is what there is.
    private static func merged(_ packages: [AffectedPackage]) -> [AffectedPackage] {
        var merged: [AffectedPackage] = []
        var places: [String: Int] = [:]
        for package in packages {
            let key = "\(package.ecosystem) \(package.name)"
            guard let place = places[key] else {
                places[key] = merged.count
                merged.append(package)
                continue
            }
            let isFixed = package.ranges.contains { $0.fixed != nil }
            if isFixed, !merged[place].ranges.contains(where: { $0.fixed != nil }) {
                merged[place].ranges = package.ranges
                merged[place].versions = package.versions
            }
        }
        return merged
    }
}
