extension ScanIndex {
    /// The package's row; nil when no advisory names it.
    func package(ecosystem: String, name: String) -> PackageRow? {
        var (ecosystem, name) = (ecosystem, name)
        return ecosystem.withUTF8 { ecosystem in
            name.withUTF8 { name in
                package(ecosystem: UnsafeRawBufferPointer(ecosystem), name: UnsafeRawBufferPointer(name))
            }
        }
    }

    private func package(ecosystem: UnsafeRawBufferPointer, name: UnsafeRawBufferPointer) -> PackageRow? {
        let buckets = view.count(of: .buckets)
        guard buckets > 0 else { return nil }
        let hash = StableHash.package(ecosystem: ecosystem, name: name)
        var slot = Int(truncatingIfNeeded: hash) & (buckets - 1)
        // A well-made table has empty slots; the count ends the search in a damaged one.
        for _ in 0..<buckets {
            let place = view.bucket(slot)
            guard place != 0 else { return nil }
            if let row = view.row(place - 1, as: PackageRow.self), row.hash == hash,
                view.bytes(row.name).elementsEqual(name),
                let owner = view.row(row.ecosystem, as: EcosystemRow.self),
                view.bytes(owner.name).elementsEqual(ecosystem)
            {
                return row
            }
            slot = (slot + 1) & (buckets - 1)
        }
        return nil
    }

    func key(of package: PackageRow) -> PackageKey {
        let ecosystem = view.row(package.ecosystem, as: EcosystemRow.self)
        return PackageKey(ecosystem: view.string(ecosystem?.name ?? 0), name: view.string(package.name))
    }

    /// The row number of a vulnerability; nil when no advisory names it.
    func vulnerabilityPlace(_ id: String) -> UInt32? {
        var id = id
        return id.withUTF8 { id in
            let id = UnsafeRawBufferPointer(id)
            var low = 0
            var high = view.count(of: .vulnerabilities)
            while low < high {
                let middle = (low + high) / 2
                guard let row = view.row(UInt32(middle), as: VulnerabilityRow.self) else { return nil }
                let order = byteOrder(view.bytes(row.id), id)
                if order == 0 { return UInt32(middle) }
                if order < 0 { low = middle + 1 } else { high = middle }
            }
            return nil
        }
    }
}
