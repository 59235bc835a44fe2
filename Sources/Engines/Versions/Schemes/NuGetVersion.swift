/// NuGet versions, after “NuGet package versioning” (learn.microsoft.com/nuget/concepts/
/// package-versioning): SemVer 2 with a fourth number, and pre-releases without regard to case.
struct NuGetVersion: OrderedVersion {
    private let parts: SemanticParts

    init(_ bytes: ByteView) throws(Refusal) { parts = try SemanticParts(bytes) }

    func order(to other: NuGetVersion) -> VersionOrder {
        parts.numbersOrder(to: other.parts)
            .then(parts.prereleaseOrder(to: other.parts, caseless: true))
    }
}
