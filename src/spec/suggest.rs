//! Suggestions for misspelt words.

/// The candidate most similar to a misspelt word, if one is similar enough.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| {
            let other = candidate.to_lowercase();
            let similarity = strsim::jaro_winkler(&word, &other)
                .max(strsim::normalized_damerau_levenshtein(&word, &other) + 0.16);
            (candidate, similarity)
        })
        .filter(|(_, similarity)| *similarity >= 0.82)
        .max_by(|(_, a), (_, b)| a.total_cmp(b))
        .map(|(candidate, _)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn only_similar_words_are_suggested() {
        let keys = ["type", "nullable", "default", "references", "comment"];
        for (word, want) in [
            ("nul", Some("nullable")),
            ("refrences", Some("references")),
            ("deflaut", Some("default")),
            ("Type", Some("type")),
            ("banana", None),
            ("", None),
        ] {
            assert_eq!(nearest(word, keys), want, "{word}");
        }
    }
}
