import './style.css';
import './board.css';

import { ApolloProvider } from '@apollo/client/react';
import { createRoot } from 'react-dom/client';

import { App } from './App.tsx';
import { client } from './client/client.ts';

const place = document.getElementById('app');
if (!place) throw new Error('index.html has no #app.');
createRoot(place).render(
  <ApolloProvider client={client}>
    <App />
  </ApolloProvider>,
);
