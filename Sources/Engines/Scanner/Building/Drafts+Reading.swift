import Domain
import Risk
import Versions

extension PackageDraft {
    init(_ package: AffectedPackage, strings: inout Interner) {
        ecosystem = strings.intern(package.ecosystem.description)
        name = strings.intern(PackageName.canonical(package.name, family: package.ecosystem.family))
        scheme = package.ecosystem.scheme
        state = package.state
        note = strings.intern(package.note)
        urgency = strings.intern(package.urgency)
        let note = package.note ?? ""
        let common: EntryRow.Flags = note.hasPrefix(ModuleStream.notePrefix) ? .module : []
        bounds = package.ranges.map { BoundsDraft($0, common: common, scheme: package.ecosystem.scheme, &strings) }
        bounds += Self.lists(of: package.versions).map {
            BoundsDraft(introduced: strings.intern($0), flags: common.union(.versionList))
        }
        // Neither ranges nor versions: the source names the package without limits.
        if bounds.isEmpty { bounds = [BoundsDraft(flags: common)] }
    }

    /// Versions joined by newlines, in as many strings as the longest allowed one requires.
    private static func lists(of versions: [String]) -> [String] {
        var lists: [String] = []
        var current = ""
        for version in Set(versions).sorted() where !version.isEmpty && version.utf8.count < 1000 {
            if current.utf8.count + version.utf8.count + 1 > IndexLayout.longestString {
                lists.append(current)
                current = ""
            }
            current += current.isEmpty ? version : "\n" + version
        }
        return current.isEmpty ? lists : lists + [current]
    }
}

extension BoundsDraft {
    init(_ range: VersionRange, common: EntryRow.Flags, scheme: VersionScheme, _ strings: inout Interner) {
        introduced = strings.intern(range.introduced)
        fixed = strings.intern(range.fixed)
        lastAffected = strings.intern(range.lastAffected)
        flags = common
        if scheme == .rpm, ModuleStream.isModularBuild(range.fixed ?? range.lastAffected ?? "") {
            flags.insert(.modularBuild)
        }
    }
}

extension VectorDraft {
    /// The vector of the latest CVSS version, and of those the highest score; nil when none parses.
    init?(bestOf vectors: [String], strings: inout Interner) {
        let scores = vectors.compactMap { try? CVSS.parse($0) }
        let best = scores.max {
            ($0.version, $0.baseScore, $1.vector) < ($1.version, $1.baseScore, $0.vector)
        }
        guard let best else { return nil }
        text = strings.intern(best.vector)
        tenths = Self.tenths(best.baseScore)
        version = CVSSVersion.allCases.firstIndex(of: best.version) ?? 0
    }

    static func tenths(_ score: Double?) -> UInt16 {
        guard let score, score >= 0, score <= 10 else { return IndexLayout.noScore }
        return UInt16((score * 10).rounded())
    }
}

extension AdvisoryDraft {
    /// The vulnerable products of configurations, one draft for each name, fields and condition.
    static func products(of list: [Applicability], strings: inout Interner) -> [PackageDraft] {
        var drafts: [PackageDraft] = []
        var places: [PackageDraft.ProductKey: Int] = [:]
        for product in list.lazy.flatMap(ConditionalProduct.all) {
            guard let fields = CPEFields(product.range.criteria) else { continue }
            let name = strings.intern(ProductName.key(of: fields))
            let rest = strings.intern(ProductName.rest(of: fields))
            let key = PackageDraft.ProductKey(name: name, rest: rest, condition: strings.intern(product.condition))
            let bounds = BoundsDraft(product.range, &strings)
            if let place = places[key] {
                drafts[place].bounds.append(bounds)
            } else {
                places[key] = drafts.count
                drafts.append(PackageDraft(key, ecosystem: strings.intern(ProductName.ecosystem), bounds: bounds))
            }
        }
        return drafts
    }
}

extension PackageDraft {
    /// What tells the entries of one advisory on a product apart, besides their bounds.
    struct ProductKey: Hashable {
        var name: UInt32
        var rest: UInt32
        var condition: UInt32
    }

    init(_ key: ProductKey, ecosystem: UInt32, bounds: BoundsDraft) {
        self.init(
            ecosystem: ecosystem, name: key.name, scheme: .generic, state: .affected, note: key.rest,
            urgency: key.condition, bounds: [bounds])
    }
}

extension BoundsDraft {
    init(_ range: ProductRange, _ strings: inout Interner) {
        introduced = strings.intern(range.startIncluding ?? range.startExcluding)
        fixed = strings.intern(range.endExcluding)
        lastAffected = range.endExcluding == nil ? strings.intern(range.endIncluding) : 0
        flags = range.startIncluding == nil && range.startExcluding != nil ? [.product, .afterIntroduced] : .product
    }
}
