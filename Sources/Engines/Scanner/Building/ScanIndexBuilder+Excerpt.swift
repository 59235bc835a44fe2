import Domain

/// For an index of some vulnerabilities, with every record that names one of them. It says of these what the whole
/// index says, once it knows the little that follows from other records.
extension ScanIndexBuilder {
    /// A name that neither packages nor vulnerabilities have.
    static let placeholder = "\u{1}"

    /// That the whole index speaks of an ecosystem.
    package mutating func addCoverage(of ecosystem: Ecosystem) {
        add(placeholder: "excerpt of \(ecosystem)", .osv, AffectedPackage(ecosystem: ecosystem, name: Self.placeholder))
    }

    /// That a source tells the module streams of a package apart.
    package mutating func addModules(of package: String, in ecosystem: Ecosystem, source: IntelligenceSource) {
        let note = ModuleStream.notePrefix + Self.placeholder
        add(
            placeholder: "excerpt of \(ecosystem) \(package)", source,
            AffectedPackage(ecosystem: ecosystem, name: package, note: note))
    }

    private mutating func add(placeholder id: String, _ source: IntelligenceSource, _ package: AffectedPackage) {
        add(.advisory(Advisory(id: id, source: source, vulnerabilities: [Self.placeholder], affected: [package])))
    }
}
