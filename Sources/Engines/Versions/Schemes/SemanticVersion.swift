/// SemVer 2.0.0 (semver.org), rule 11; numeric identifiers of any length, build metadata ignored.
/// npm follows it (node-semver), as do Go modules and crates. Reads the irregular forms that
/// `SemanticParts` names, because advisories hold them.
struct SemanticVersion: OrderedVersion {
    private let parts: SemanticParts

    init(_ bytes: ByteView) throws(Refusal) { parts = try SemanticParts(bytes) }

    func order(to other: SemanticVersion) -> VersionOrder {
        parts.numbersOrder(to: other.parts).then(parts.prereleaseOrder(to: other.parts))
    }
}
