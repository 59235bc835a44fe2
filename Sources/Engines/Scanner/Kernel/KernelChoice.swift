import Domain
import Versions

/// Which of a host's kernels its kernel findings belong to. They are made once, for one kernel.
enum KernelChoice: Equatable {
    /// No kernel is installed, and none is known to run.
    case none
    /// The kernel that runs.
    case running(place: Int)
    /// Nothing says which kernel runs: the newest installed one is assumed.
    case assumed(place: Int)
    /// The running kernel is not an installed package: a container, or a kernel built by hand.
    case foreign(release: String)

    /// - Parameters:
    ///   - images: the installed kernels.
    ///   - release: what `uname -r` says; nil or empty when unknown.
    init(images: [KernelImage], release: String?, scheme: VersionScheme) {
        if let release, !release.isEmpty {
            let running = images.indices.filter { images[$0].runs(as: release) }
            let best = running.min { images[$0].preference < images[$1].preference }
            self = best.map { .running(place: $0) } ?? .foreign(release: release)
            return
        }
        let newest = images.indices.max { images[$0].isOlder(than: images[$1], scheme: scheme) }
        self = newest.map { .assumed(place: $0) } ?? .none
    }

    /// The chosen image; nil when there is none.
    var place: Int? {
        switch self {
        case .running(let place), .assumed(let place): place
        case .none, .foreign: nil
        }
    }
}

extension KernelImage {
    /// Whether `uname -r` says `running` when this kernel runs.
    func runs(as running: String) -> Bool {
        guard let flavour else { return release == running }
        let parts = RPMKernel.parts(ofRelease: running)
        // SUSE's uname leaves out the rebuild number: 5.14.21-150500.55.39 for …55.39.1.
        return flavour == parts.flavour && (release == parts.version || release.hasPrefix(parts.version + "."))
            || flavour != parts.flavour && parts.flavour.isEmpty && release == parts.version
    }

    /// Of one version, the less preferred package counts as the older; a version that cannot be
    /// compared is older than one that can.
    func isOlder(than other: KernelImage, scheme: VersionScheme) -> Bool {
        let isReadable = Versions.isValid(version, scheme: scheme) == nil
        let isOtherReadable = Versions.isValid(other.version, scheme: scheme) == nil
        guard isReadable, isOtherReadable else {
            return isReadable == isOtherReadable ? version < other.version : isOtherReadable
        }
        switch Versions.compare(version, other.version, scheme: scheme) {
        case .less: return true
        case .greater: return false
        case .equal, nil: return preference > other.preference
        }
    }

    /// Of several packages of one kernel, the least: the one that holds it, not a metapackage
    /// (`kernel` beside `kernel-core`), and the signed one.
    var preference: (Int, String) {
        let isPlain = packageName.hasSuffix("-core") || flavour == nil && !packageName.contains("unsigned")
        let isOther = flavour.map { !$0.isEmpty } ?? false
        return ((isPlain ? 0 : 1) + (isOther ? 2 : 0), packageName)
    }
}
