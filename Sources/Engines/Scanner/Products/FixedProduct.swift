import Domain
import Versions

/// A version of an application in which something is fixed, as a configuration says by its last bound.
package struct FixedProduct: Hashable, Sendable {
    /// As findings name it: `a:google:chrome`.
    package let product: String
    /// First affected version; empty for all before.
    package let introduced: String
    package let fixed: String

    /// Those that configurations name, without systems and hardware.
    package static func all(in configurations: [Applicability]) -> Set<FixedProduct> {
        var found: Set<FixedProduct> = []
        for product in configurations.lazy.flatMap(ConditionalProduct.all) {
            guard let fixed = product.range.endExcluding, let fields = CPEFields(product.range.criteria),
                fields.part == "a"
            else { continue }
            found.insert(
                FixedProduct(
                    product: ProductName.key(of: fields),
                    introduced: product.range.startIncluding ?? product.range.startExcluding ?? "", fixed: fixed))
        }
        return found
    }

    /// Vendor and product of a key in words: `a:google:chrome` is `google` and `chrome`.
    package static func words(_ key: String) -> (vendor: String, product: String)? {
        guard let fields = CPEFields(ProductName.name(key: key, version: nil)) else { return nil }
        return (CPEFields.plain(fields.vendor), CPEFields.plain(fields.product))
    }
}
