import Domain

/// Why a vulnerability is or is not reported for one installed package.
public struct Reason: Sendable, Hashable {
    public var vulnerability: String
    public var package: String
    /// Installed; empty for a package that is not.
    public var version: String
    public var verdict: Verdict
}

extension HostScanner {
    /// One reason for each installed package with the name: its own, or that of its source.
    /// - Parameter disposition: as of `verdict(for:vulnerability:target:disposition:)`.
    public func reasons(
        for vulnerability: String, package name: String, target: ScanTarget,
        disposition: DispositionLookup = { _, _, _ in nil }
    ) -> [Reason] {
        let id = vulnerability.uppercased().hasPrefix("CVE-") ? vulnerability.uppercased() : vulnerability
        let named = target.packages.filter { $0.name == name }
        let caseless = target.packages.filter { $0.name.lowercased() == name.lowercased() }
        let bySource = target.packages.filter { $0.source == name }
        let packages = [named, caseless, bySource].first { !$0.isEmpty } ?? []
        if packages.isEmpty {
            return [Reason(vulnerability: id, package: name, version: "", verdict: .notInstalled(name))]
        }
        return Set(packages).sorted { ($0.name, $0.version) < ($1.name, $1.version) }.map { package in
            Reason(
                vulnerability: id, package: package.name, version: package.version,
                verdict: verdict(for: package, vulnerability: id, target: target, disposition: disposition))
        }
    }
}
