"""Retrieval in LangChain's own terms, for chains that others write."""

from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever

from core.records import Passage


class PassageRetriever(BaseRetriever):
    """A `Retriever` as a LangChain runnable: question in, documents with their origin out."""

    retriever: Any  # core.retrieval.search.Retriever
    k: int = 3

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        return [_document(passage) for passage in self.retriever.search(query, self.k)]


def _document(passage: Passage) -> Document:
    origin = {
        "document": passage.document,
        "title": passage.title,
        "heading": passage.heading,
        "start": passage.start,
        "end": passage.end,
        "page": passage.page,
        "score": passage.score,
    }
    return Document(page_content=passage.text, metadata=origin)
