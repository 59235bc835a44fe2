import Domain

/// How much of a host's software could be judged, and what could not.
public struct ScanCoverage: Sendable, Hashable, Codable {
    public var packages: Int
    public var judged: Int
    /// The worklist: what nothing identifies, by name.
    public var unmatched: [UnmatchedSoftware]

    public init(packages: Int = 0, judged: Int = 0, unmatched: [UnmatchedSoftware] = []) {
        self.packages = packages
        self.judged = judged
        self.unmatched = unmatched
    }

    init(host: HostPackages, index: ScanIndex, target: ScanTarget) {
        let known = Set(index.ecosystems.map(\.name)).union([ProductName.ecosystem, InstalledPackage.updateType])
        let uncovered = host.packageCounts.filter { !known.contains($0.key) }.reduce(0) { $0 + $1.value }
        self.init(
            packages: target.packages.count, judged: target.packages.count - uncovered - host.unmatched.count,
            unmatched: host.unmatched.sorted { ($0.name, $0.version) < ($1.name, $1.version) })
    }

    /// 0…100; 100 of nothing.
    public var percent: Double { packages == 0 ? 100 : Double(judged) / Double(packages) * 100 }

    var sentence: String {
        let tenths = Int(percent * 10)
        return """
            \(judged) of \(packages) packages (\(tenths / 10).\(tenths % 10) %) could be judged; \(unmatched.count) matched \
            no known product: `garrison identify` says why.
            """
    }
}

/// Software that no registry knows and that nothing identifies.
public struct UnmatchedSoftware: Sendable, Hashable, Codable {
    public var type: String
    public var name: String
    public var version: String
    /// A sentence.
    public var reason: String
    /// CPE names that it may have.
    public var candidates: [String]

    init(_ package: InstalledPackage, _ identification: Identification) {
        (type, name, version) = (package.type, package.name, package.version)
        switch identification {
        case .candidates(let names, let reason): (candidates, self.reason) = (names, reason)
        case .identified: (candidates, reason) = ([], "Only a registry knows it.")
        }
    }
}
