/// Dart package versions, after the pub_semver package: SemVer 2, but the build part counts, as
/// pre-release identifiers do, and a version with one comes after the same without.
struct PubVersion: OrderedVersion {
    private let parts: SemanticParts

    init(_ bytes: ByteView) throws(Refusal) { parts = try SemanticParts(bytes) }

    func order(to other: PubVersion) -> VersionOrder {
        parts.numbersOrder(to: other.parts)
            .then(parts.prereleaseOrder(to: other.parts))
            .then(SemanticParts.identifierOrder(parts.build, other.parts.build))
    }
}
