import Domain
import FoundationEssentials

/// The updates that a document names, put together from all vulnerabilities that they fix.
struct MSRCPatches {
    /// The document's id: `2024-Jan`.
    var document = ""
    var title = ""
    var released: Date?
    private var patches: [String: Patch] = [:]
    private var kinds: [String: String] = [:]

    /// By id, in order.
    var all: [Patch] {
        patches.values.sorted { $0.id < $1.id }.map { patch in
            var patch = patch
            patch.title = heading(patch)
            return patch
        }
    }

    mutating func add(_ vulnerability: MSRCVulnerability, _ tree: MSRCProducts) {
        for remedy in vulnerability.remedies {
            guard let id = remedy.update else { continue }
            var patch = patches[id] ?? Patch(id: id, source: .msrc, released: vulnerability.listed ?? released)
            patch.needsRestart = patch.needsRestart || remedy.needsRestart
            patch.severity = [patch.severity, vulnerability.severityOfUpdate].compactMap { $0 }.max()
            patch.link = patch.link ?? remedy.link
            patch.supersedes.add(remedy.supersedes)
            patch.vulnerabilities.add(vulnerability.names)
            if vulnerability.listsServicingStacks || remedy.isServicingStack { patch.isServicingStack = true }
            let names = remedy.products.compactMap { tree[$0] }
            patch.products.add(names)
            // The build of a component (`… on Windows 10`) is none of the system.
            if let build = remedy.fixedBuild, names.contains(where: Self.isSystem) { patch.builds.add([build]) }
            patches[id] = patch
            if !remedy.subType.isEmpty { kinds[id] = remedy.subType }
        }
    }

    private static func isSystem(_ product: String) -> Bool {
        product.hasPrefix("Windows ") && !product.contains(" on Windows")
    }

    /// `January 2024: Security Update for Windows Server 2019 and 5 more (KB5034127)`.
    private func heading(_ patch: Patch) -> String {
        // The list of servicing stacks stands in the document of the month in which it was first published.
        let month = patch.isServicingStack ? "" : title.replacing(" Security Updates", with: "")
        let others = patch.products.count > 1 ? " and \(patch.products.count - 1) more" : ""
        let kind = kinds[patch.id] ?? (patch.isServicingStack ? "Servicing Stack Update" : "Security Update")
        let product = patch.products.first.map { " for \($0)\(others)" } ?? ""
        return (month.isEmpty ? "" : "\(month): ") + "\(kind)\(product) (\(patch.id))"
    }
}

extension [String] {
    /// Adds those that are new.
    fileprivate mutating func add(_ others: [String]) {
        for other in others where !contains(other) { append(other) }
    }
}
