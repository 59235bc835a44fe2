import FoundationEssentials

/// The table of software whose names, bundle ids, signers or registry names do not lead to their
/// CPE name by themselves. The data is `known-software.json`, described there.
package struct KnownSoftware: Sendable {
    /// One product and what it is known by.
    struct Product: Sendable, Codable {
        /// `vendor:product` as bound in CPE names, the usual one first.
        var cpe: [String]
        var names: [String]?
        var bundles: [String]?
        /// Vendors and signers, where they differ from the CPE name's vendor.
        var vendors: [String]?
        /// Names in registries, `brew:curl`, `vscode:ms-python.python`, `pypi:cryptography`.
        var registry: [String]?

        var keys: [String] { cpe.map { "a:\($0)" } }
    }

    private struct Document: Codable {
        var products: [Product]
    }

    private var byName: [String: [Int]] = [:]
    private var byBundle: [String: Int] = [:]
    private var byRegistry: [String: Int] = [:]
    private var products: [Product] = []
    private var organisations: [[Organisation]] = []

    /// What comes with the program.
    package static let standard: KnownSoftware = {
        // The resource is part of the build, and a test reads it.
        (try? KnownSoftware(json: Data(PackageResources.known_software_json))) ?? KnownSoftware()
    }()

    package init() {}

    package init(json: Data) throws {
        for product in try JSONDecoder().decode(Document.self, from: json).products { add(product) }
    }

    package var count: Int { products.count }

    private mutating func add(_ product: Product) {
        let place = products.count
        products.append(product)
        let vendors = product.cpe.compactMap { $0.splitFields().first?.replacing("_", with: " ") }
        organisations.append((vendors + (product.vendors ?? [])).map { Organisation($0) })
        for name in product.names ?? [] {
            byName[NameForms.words(name, version: "").joined(), default: []].append(place)
        }
        for bundle in product.bundles ?? [] { byBundle[bundle.lowercased()] = place }
        for name in product.registry ?? [] { byRegistry[name.lowercased()] = place }
    }

    /// The products of a name, as its words joined.
    func named(_ compact: String) -> [Int] { byName[compact] ?? [] }

    func bundled(_ identifier: String) -> Int? { byBundle[identifier.lowercased()] }

    /// - Parameter name: `brew:curl`.
    func registered(_ name: String) -> Int? { byRegistry[name.lowercased()] }

    subscript(place: Int) -> Product { products[place] }

    func isMaker(_ organisation: Organisation, of place: Int) -> Bool {
        organisations[place].contains { organisation.isVendor($0) }
    }
}
