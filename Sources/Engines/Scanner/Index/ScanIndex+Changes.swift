import Domain

extension ScanIndex {
    /// The packages that advisories with these ids speak of: only hosts that hold one of them need
    /// a new scan. One pass over the entries, some milliseconds for a full distribution.
    public func packagesAffected(byAdvisories ids: Set<String>) -> Set<PackageKey> {
        packages { entry in
            guard let row = view.row(entry.advisory, as: AdvisoryRow.self) else { return false }
            return ids.contains(view.string(row.id))
        }
    }

    /// The packages in which any of these vulnerabilities is known, whatever the version.
    public func packagesAffected(byVulnerabilities ids: Set<String>) -> Set<PackageKey> {
        let places = Set(ids.compactMap { vulnerabilityPlace($0) })
        return packages { places.contains($0.vulnerability) }
    }

    /// The packages on which this index and an older one differ: new, changed and removed. Packages
    /// whose records are the same bytes for byte are left out without being read.
    public func changedPackages(since older: ScanIndex) -> Set<PackageKey> {
        differences(from: older).union(older.differences(from: self))
    }

    private func differences(from other: ScanIndex) -> Set<PackageKey> {
        var result = Set<PackageKey>()
        for place in 0..<UInt32(view.count(of: .packages)) {
            guard let row = view.row(place, as: PackageRow.self) else { continue }
            let key = key(of: row)
            if other.package(ecosystem: key.ecosystem, name: key.name)?.digest != row.digest { result.insert(key) }
        }
        return result
    }

    private func packages(where isWanted: (EntryRow) -> Bool) -> Set<PackageKey> {
        var result = Set<PackageKey>()
        for place in 0..<UInt32(view.count(of: .packages)) {
            guard let row = view.row(place, as: PackageRow.self) else { continue }
            let isTouched = view.entries(of: row).contains { view.entry($0).map(isWanted) ?? false }
            if isTouched { result.insert(key(of: row)) }
        }
        return result
    }
}
