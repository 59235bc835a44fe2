/// Where a stream is that is read from several listings, one after the other.
struct MicrosoftCursor {
    /// Where the next page of a listing is.
    enum Place: Sendable, Hashable {
        case start
        /// Behind so many records.
        case skip(Int)
        /// At an address that the page before gave.
        case link(String)
    }

    /// The listing's name.
    let listing: String
    let place: Place

    init(_ listing: String, _ place: Place) {
        self.listing = listing
        self.place = place
    }

    /// As a checkpoint keeps it: `machines`, `machines 2000`, `managed https://…`.
    init(_ text: String) {
        let parts = text.split(separator: " ", maxSplits: 1)
        listing = parts.first.map(String.init) ?? ""
        guard parts.count == 2 else {
            place = .start
            return
        }
        place = Int(parts[1]).map { .skip($0) } ?? .link(String(parts[1]))
    }

    var text: String {
        switch place {
        case .start: listing
        case .skip(let count): "\(listing) \(count)"
        case .link(let link): "\(listing) \(link)"
        }
    }
}
