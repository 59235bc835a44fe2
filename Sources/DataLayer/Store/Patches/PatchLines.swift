import Domain
import Versions

/// The fixed versions of a package in their order: which takes the place of which. One takes the place of another when a
/// record says that the other is itself affected and that this one has the fix. In a distribution's release that is a
/// chain; of an application that has several lines under maintenance, a chain each.
package struct PatchLines {
    /// A range that ends with a fix.
    package struct Range: Hashable {
        /// First affected version; nil from the beginning.
        package let introduced: String?
        package let fixed: String

        package init(introduced: String?, fixed: String) {
            self.introduced = introduced == "0" || introduced == "" ? nil : introduced
            self.fixed = fixed
        }
    }

    /// A fixed version's place.
    package struct Place: Equatable {
        /// The newest of its line, which is to be installed.
        package let head: String
        /// The one after it; nil for the newest.
        package let next: String?
    }

    /// By fixed version; those that are no version are left out.
    package private(set) var places: [String: Place] = [:]

    package init(_ ranges: some Sequence<Range>, scheme: VersionScheme) {
        let ranges = Dictionary(grouping: Set(ranges), by: \.fixed)
        let isOlder = { (one: String, other: String) in
            switch Versions.compare(one, other, scheme: scheme) {
            case .less: true
            // Two spellings of one version stand beside each other in one order everywhere.
            case .equal: one < other
            case .greater, nil: false
            }
        }
        let versions = ranges.keys.filter { Versions.isValid($0, scheme: scheme) == nil }.sorted(by: isOlder)
        let isOpen = versions.map { ranges[$0]?.contains { $0.introduced == nil } ?? false }
        let newestOpen = isOpen.lastIndex(of: true) ?? -1
        func affects(_ place: Int, _ older: Int) -> Bool {
            if isOpen[place] { return true }
            return ranges[versions[place]]?.contains { range in
                guard let introduced = range.introduced else { return true }
                let order = Versions.compare(introduced, versions[older], scheme: scheme)
                return order == .less || order == .equal
            } ?? false
        }
        var heads = Array(versions.indices)
        for place in versions.indices.reversed() {
            let floor = max(newestOpen, place)
            let newer = versions.indices[(floor + 1)...].last { affects($0, place) }
            if let successor = newer ?? (newestOpen > place ? newestOpen : nil) { heads[place] = heads[successor] }
            let next = versions.indices[(place + 1)...].first { affects($0, place) }
            places[versions[place]] = Place(head: versions[heads[place]], next: next.map { versions[$0] })
        }
    }
}
